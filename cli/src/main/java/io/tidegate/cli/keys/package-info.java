/** API keys and tokens: issued, listed, rotated and revoked, on Kafka where that keeps them. */
@NullMarked
package io.tidegate.cli.keys;

import org.jspecify.annotations.NullMarked;
