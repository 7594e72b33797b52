/** Real processes, killed. */
@NullMarked
package io.tidegate.cli.failure;

import org.jspecify.annotations.NullMarked;
