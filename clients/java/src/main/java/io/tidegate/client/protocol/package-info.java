/** The words of the protocol that an application meets: messages, cursors, transports. */
@NullMarked
package io.tidegate.client.protocol;

import org.jspecify.annotations.NullMarked;
