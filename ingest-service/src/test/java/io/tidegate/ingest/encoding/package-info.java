/** Tests. */
@NullMarked
package io.tidegate.ingest.encoding;

import org.jspecify.annotations.NullMarked;
