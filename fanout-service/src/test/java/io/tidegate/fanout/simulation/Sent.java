package io.tidegate.fanout.simulation;

/** A record of the messages topic. */
sealed interface Sent permits Input, ForMany {}
