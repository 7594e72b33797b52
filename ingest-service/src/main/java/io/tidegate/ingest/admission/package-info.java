/** How much may be in flight at once: pure counting. */
@NullMarked
package io.tidegate.ingest.admission;

import org.jspecify.annotations.NullMarked;
