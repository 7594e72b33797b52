/** A Tidegate that does next to nothing, to know what the generator itself costs. */
@NullMarked
package io.tidegate.loadtest.self;

import org.jspecify.annotations.NullMarked;
