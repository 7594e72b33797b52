/** Tests. */
@NullMarked
package io.tidegate.contract.table;

import org.jspecify.annotations.NullMarked;
