/** Acks on their way to the sequencers, gathered per partition. */
@NullMarked
package io.tidegate.delivery.ack;

import org.jspecify.annotations.NullMarked;
