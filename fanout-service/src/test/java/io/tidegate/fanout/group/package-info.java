@NullMarked
package io.tidegate.fanout.group;

import org.jspecify.annotations.NullMarked;
