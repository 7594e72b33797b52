/** What a request says: pure parsing and checking, no Kafka, HTTP, clock or log. */
@NullMarked
package io.tidegate.ingest.message;

import org.jspecify.annotations.NullMarked;
