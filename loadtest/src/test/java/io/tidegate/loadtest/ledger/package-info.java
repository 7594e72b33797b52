@NullMarked
package io.tidegate.loadtest.ledger;

import org.jspecify.annotations.NullMarked;
