/** For tests: a Kafka in the JVM, and one in a container where Docker answers. */
@NullMarked
package io.tidegate.testkafka;

import org.jspecify.annotations.NullMarked;
