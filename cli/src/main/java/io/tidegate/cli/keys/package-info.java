/** API keys: issued, listed, rotated and revoked on Kafka. */
@NullMarked
package io.tidegate.cli.keys;

import org.jspecify.annotations.NullMarked;
