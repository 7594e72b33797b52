@NullMarked
package io.tidegate.loadtest;

import org.jspecify.annotations.NullMarked;
