/** The delivery worker: holds connections and drains one inbox partition to them. */
@NullMarked
package io.tidegate.delivery;

import org.jspecify.annotations.NullMarked;
