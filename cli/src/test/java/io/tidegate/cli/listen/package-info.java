/** Tests. */
@NullMarked
package io.tidegate.cli.listen;

import org.jspecify.annotations.NullMarked;
