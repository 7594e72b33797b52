/** Running services: the whole pipeline in one process, or one service as its own. */
@NullMarked
package io.tidegate.cli.up;

import org.jspecify.annotations.NullMarked;
