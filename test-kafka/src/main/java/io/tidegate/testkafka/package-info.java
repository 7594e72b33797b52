/** A Kafka in a container for tests that run where Docker answers. */
@NullMarked
package io.tidegate.testkafka;

import org.jspecify.annotations.NullMarked;
