/** The server's side of WebSocket frames (RFC 6455), without a socket. */
@NullMarked
package io.tidegate.ingest.websocket;

import org.jspecify.annotations.NullMarked;
