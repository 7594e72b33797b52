/** Kafka records to events and effects to Kafka records: bytes in, bytes out, no I/O. */
@NullMarked
package io.tidegate.fanout.record;

import org.jspecify.annotations.NullMarked;
