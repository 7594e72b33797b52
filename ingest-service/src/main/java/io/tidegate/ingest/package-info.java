/** The ingest-service: REST to {@code tidegate.messages}. */
@NullMarked
package io.tidegate.ingest;

import org.jspecify.annotations.NullMarked;
