@NullMarked
package io.tidegate.loadtest.capacity;

import org.jspecify.annotations.NullMarked;
