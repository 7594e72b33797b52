/** {@code tidegate presence}: who is connected. */
@NullMarked
package io.tidegate.cli.presence;

import org.jspecify.annotations.NullMarked;
