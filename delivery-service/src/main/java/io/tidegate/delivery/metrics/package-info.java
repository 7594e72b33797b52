/** What the worker counts. */
@NullMarked
package io.tidegate.delivery.metrics;

import org.jspecify.annotations.NullMarked;
