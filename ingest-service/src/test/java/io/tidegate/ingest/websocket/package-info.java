/** Tests. */
@NullMarked
package io.tidegate.ingest.websocket;

import org.jspecify.annotations.NullMarked;
