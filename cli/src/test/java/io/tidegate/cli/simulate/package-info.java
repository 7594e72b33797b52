/** Tests. */
@NullMarked
package io.tidegate.cli.simulate;

import org.jspecify.annotations.NullMarked;
