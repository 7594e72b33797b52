/** Tests. */
@NullMarked
package io.tidegate.ingest;

import org.jspecify.annotations.NullMarked;
