/** The Kafka Streams shell around the sequencer. It holds no rule of a user's. */
@NullMarked
package io.tidegate.fanout.topology;

import org.jspecify.annotations.NullMarked;
