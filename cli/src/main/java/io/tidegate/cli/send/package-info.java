/** Handing messages to an ingest service from the terminal. */
@NullMarked
package io.tidegate.cli.send;

import org.jspecify.annotations.NullMarked;
