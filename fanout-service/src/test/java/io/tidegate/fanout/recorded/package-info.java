/** Tests. */
@NullMarked
package io.tidegate.fanout.recorded;

import org.jspecify.annotations.NullMarked;
