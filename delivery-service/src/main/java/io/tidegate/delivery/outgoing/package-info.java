/** Requests that a worker makes itself: a shell over Netty. */
@NullMarked
package io.tidegate.delivery.outgoing;

import org.jspecify.annotations.NullMarked;
