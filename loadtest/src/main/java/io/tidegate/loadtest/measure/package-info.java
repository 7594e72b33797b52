/** Latencies and counts by second, as histograms that can be added up. Pure. */
@NullMarked
package io.tidegate.loadtest.measure;

import org.jspecify.annotations.NullMarked;
