@NullMarked
package io.tidegate.fanout.topology;

import org.jspecify.annotations.NullMarked;
