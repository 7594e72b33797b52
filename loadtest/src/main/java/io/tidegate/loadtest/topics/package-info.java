/** What fan-out writes to Kafka, read when the load is over. */
@NullMarked
package io.tidegate.loadtest.topics;

import org.jspecify.annotations.NullMarked;
