/** A feed of real events, replayed through the running pipeline and accounted for. */
@NullMarked
package io.tidegate.cli.demo;

import org.jspecify.annotations.NullMarked;
