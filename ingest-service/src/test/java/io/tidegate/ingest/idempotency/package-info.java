@NullMarked
package io.tidegate.ingest.idempotency;

import org.jspecify.annotations.NullMarked;
