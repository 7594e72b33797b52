/** The Kafka shell: what the worker reads and writes. */
@NullMarked
package io.tidegate.delivery.kafka;

import org.jspecify.annotations.NullMarked;
