/** What the worker says of its own state. */
@NullMarked
package io.tidegate.delivery.health;

import org.jspecify.annotations.NullMarked;
