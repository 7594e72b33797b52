/**
 * The worker's hold on its slot: incarnations, heartbeats and self-fencing, with time passed in.
 */
@NullMarked
package io.tidegate.delivery.slot;

import org.jspecify.annotations.NullMarked;
