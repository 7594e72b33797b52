/** A real Kafka broker in this JVM, and the folder its data lies in. */
@NullMarked
package io.tidegate.cli.broker;

import org.jspecify.annotations.NullMarked;
