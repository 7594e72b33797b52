/** What the processes that are measured use meanwhile. */
@NullMarked
package io.tidegate.loadtest.watch;

import org.jspecify.annotations.NullMarked;
