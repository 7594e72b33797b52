/** How slowly one client wants to be told: what is held back, for how long, and what of it goes. */
@NullMarked
package io.tidegate.delivery.pace;

import org.jspecify.annotations.NullMarked;
