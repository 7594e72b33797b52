/** What is counted. */
@NullMarked
package io.tidegate.ingest.metrics;

import org.jspecify.annotations.NullMarked;
