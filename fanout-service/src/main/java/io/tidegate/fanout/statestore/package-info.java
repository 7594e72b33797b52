/** The stores of a task of Kafka Streams, and sorted bytes in them. */
@NullMarked
package io.tidegate.fanout.statestore;

import org.jspecify.annotations.NullMarked;
