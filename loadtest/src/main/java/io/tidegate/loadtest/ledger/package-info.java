/** What became of every message: losses, repeats, order, limits. Pure. */
@NullMarked
package io.tidegate.loadtest.ledger;

import org.jspecify.annotations.NullMarked;
