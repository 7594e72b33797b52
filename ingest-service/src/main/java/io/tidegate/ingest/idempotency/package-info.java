/** Answers that are kept for requests that come again with the same Idempotency-Key. Pure. */
@NullMarked
package io.tidegate.ingest.idempotency;

import org.jspecify.annotations.NullMarked;
