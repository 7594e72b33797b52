@NullMarked
package io.tidegate.contract.rate;

import org.jspecify.annotations.NullMarked;
