/** What all services count alike. */
@NullMarked
package io.tidegate.contract.meters;

import org.jspecify.annotations.NullMarked;
