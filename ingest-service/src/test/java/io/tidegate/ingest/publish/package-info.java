/** Tests. */
@NullMarked
package io.tidegate.ingest.publish;

import org.jspecify.annotations.NullMarked;
