/** Changing who is in a group from the terminal. */
@NullMarked
package io.tidegate.cli.groups;

import org.jspecify.annotations.NullMarked;
