/** {@code tidegate simulate}: what a candidate policy would make of what was recorded. */
@NullMarked
package io.tidegate.cli.simulate;

import org.jspecify.annotations.NullMarked;
