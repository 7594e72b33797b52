/**
 * Latencies and counts by second, as histograms that can be added up, and numbers as people read
 * them. Pure.
 */
@NullMarked
package io.tidegate.loadtest.measure;

import org.jspecify.annotations.NullMarked;
