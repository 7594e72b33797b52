/** The Netty shell: sockets, HTTP, WebSocket and one registry per event loop. */
@NullMarked
package io.tidegate.delivery.connection;

import org.jspecify.annotations.NullMarked;
