/** The {@code tidegate} command: its entry, its output and its log. */
@NullMarked
package io.tidegate.cli;

import org.jspecify.annotations.NullMarked;
