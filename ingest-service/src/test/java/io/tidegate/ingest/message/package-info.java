/** Tests. */
@NullMarked
package io.tidegate.ingest.message;

import org.jspecify.annotations.NullMarked;
