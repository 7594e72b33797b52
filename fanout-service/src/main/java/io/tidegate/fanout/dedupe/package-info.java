/** Which message ids a user has had. */
@NullMarked
package io.tidegate.fanout.dedupe;

import org.jspecify.annotations.NullMarked;
