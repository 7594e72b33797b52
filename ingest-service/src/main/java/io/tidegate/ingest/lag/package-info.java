/** How far fan-out is behind, and what follows for a message. No clock, no Kafka. */
@NullMarked
package io.tidegate.ingest.lag;

import org.jspecify.annotations.NullMarked;
