/** Tests. */
@NullMarked
package io.tidegate.contract.tls;

import org.jspecify.annotations.NullMarked;
