@NullMarked
package io.tidegate.fanout.inspection;

import org.jspecify.annotations.NullMarked;
