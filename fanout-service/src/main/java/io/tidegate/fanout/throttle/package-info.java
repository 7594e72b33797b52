/** When the next push is allowed. */
@NullMarked
package io.tidegate.fanout.throttle;

import org.jspecify.annotations.NullMarked;
