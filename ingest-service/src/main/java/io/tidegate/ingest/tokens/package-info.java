/** Tokens for devices, and the keys that they are checked with. */
@NullMarked
package io.tidegate.ingest.tokens;

import org.jspecify.annotations.NullMarked;
