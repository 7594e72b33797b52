@NullMarked
package io.tidegate.fanout.record;

import org.jspecify.annotations.NullMarked;
