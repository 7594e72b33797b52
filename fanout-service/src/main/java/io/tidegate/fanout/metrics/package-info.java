/** What fan-out counts. */
@NullMarked
package io.tidegate.fanout.metrics;

import org.jspecify.annotations.NullMarked;
