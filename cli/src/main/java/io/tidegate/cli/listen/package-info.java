/** A device in the terminal: its protocol state, and the connection that drives it. */
@NullMarked
package io.tidegate.cli.listen;

import org.jspecify.annotations.NullMarked;
