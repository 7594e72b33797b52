/** Tests. */
@NullMarked
package io.tidegate.cli.up;

import org.jspecify.annotations.NullMarked;
