/**
 * A shell over Kafka: compacted topics that are the same everywhere, followed by whoever needs
 * them.
 */
@NullMarked
package io.tidegate.contract.table;

import org.jspecify.annotations.NullMarked;
