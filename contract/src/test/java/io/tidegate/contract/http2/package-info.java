/** Tests. */
@NullMarked
package io.tidegate.contract.http2;

import org.jspecify.annotations.NullMarked;
