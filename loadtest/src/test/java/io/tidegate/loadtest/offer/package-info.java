@NullMarked
package io.tidegate.loadtest.offer;

import org.jspecify.annotations.NullMarked;
