/** Tests. */
@NullMarked
package io.tidegate.ingest.policies;

import org.jspecify.annotations.NullMarked;
