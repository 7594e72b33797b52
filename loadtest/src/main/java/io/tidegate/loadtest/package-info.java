/** A generator of load that checks while it measures: every message is tracked to each device. */
@NullMarked
package io.tidegate.loadtest;

import org.jspecify.annotations.NullMarked;
