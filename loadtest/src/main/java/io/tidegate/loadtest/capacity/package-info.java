/** The highest rate that holds, and what stops it there. Pure. */
@NullMarked
package io.tidegate.loadtest.capacity;

import org.jspecify.annotations.NullMarked;
