@NullMarked
package io.tidegate.contract.meters;

import org.jspecify.annotations.NullMarked;
