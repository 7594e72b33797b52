/** One device of one user, which stays connected to a Tidegate; begin at {@link Tidegate}. */
@NullMarked
package io.tidegate.client;

import org.jspecify.annotations.NullMarked;
