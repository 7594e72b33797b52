/** The client protocol's bytes: what clients say, parsed; what they are told, encoded once. */
@NullMarked
package io.tidegate.delivery.frame;

import org.jspecify.annotations.NullMarked;
