@NullMarked
package io.tidegate.loadtest.watch;

import org.jspecify.annotations.NullMarked;
