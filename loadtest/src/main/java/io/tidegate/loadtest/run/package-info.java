/** A run from its begin to its report. */
@NullMarked
package io.tidegate.loadtest.run;

import org.jspecify.annotations.NullMarked;
