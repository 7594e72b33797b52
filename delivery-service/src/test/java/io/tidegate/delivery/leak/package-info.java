/** Netty buffers that nobody releases make their tests fail. */
@NullMarked
package io.tidegate.delivery.leak;

import org.jspecify.annotations.NullMarked;
