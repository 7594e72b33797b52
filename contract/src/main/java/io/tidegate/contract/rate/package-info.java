/** Rates with bursts, and what of them is left. Pure: no clock. */
@NullMarked
package io.tidegate.contract.rate;

import org.jspecify.annotations.NullMarked;
