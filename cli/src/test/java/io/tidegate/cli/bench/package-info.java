/** Programs that measure a running Tidegate; docs/PERFORMANCE.md has their figures. */
@NullMarked
package io.tidegate.cli.bench;

import org.jspecify.annotations.NullMarked;
