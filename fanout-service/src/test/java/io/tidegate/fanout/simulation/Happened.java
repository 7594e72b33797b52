package io.tidegate.fanout.simulation;

/** What the checks follow, in the order in which it became true in a partition. */
sealed interface Happened permits Fact, GroupFact {}
