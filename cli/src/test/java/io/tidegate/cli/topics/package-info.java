/** Tests. */
@NullMarked
package io.tidegate.cli.topics;

import org.jspecify.annotations.NullMarked;
