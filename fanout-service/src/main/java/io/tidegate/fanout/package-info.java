/** The fan-out service: one sequencer per user on Kafka Streams, and its HTTP port. */
@NullMarked
package io.tidegate.fanout;

import org.jspecify.annotations.NullMarked;
