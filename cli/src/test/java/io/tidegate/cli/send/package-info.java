/** Tests. */
@NullMarked
package io.tidegate.cli.send;

import org.jspecify.annotations.NullMarked;
