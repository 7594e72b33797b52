/** The topics of an installation: which they are, creating and describing them. */
@NullMarked
package io.tidegate.cli.topics;

import org.jspecify.annotations.NullMarked;
