/** Where messages are posted beside devices, changed from the terminal. */
@NullMarked
package io.tidegate.cli.endpoints;

import org.jspecify.annotations.NullMarked;
