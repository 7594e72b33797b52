/** Tests. */
@NullMarked
package io.tidegate.ingest.reference;

import org.jspecify.annotations.NullMarked;
