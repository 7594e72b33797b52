/** Tests. */
@NullMarked
package io.tidegate.ingest.admission;

import org.jspecify.annotations.NullMarked;
