@NullMarked
package io.tidegate.fanout;

import org.jspecify.annotations.NullMarked;
