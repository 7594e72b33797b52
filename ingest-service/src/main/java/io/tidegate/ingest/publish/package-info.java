/** Messages to Kafka, and whether Kafka can be reached. */
@NullMarked
package io.tidegate.ingest.publish;

import org.jspecify.annotations.NullMarked;
