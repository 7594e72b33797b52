/** How every client reaches Kafka and shows it who it is. */
@NullMarked
package io.tidegate.contract.kafka;

import org.jspecify.annotations.NullMarked;
