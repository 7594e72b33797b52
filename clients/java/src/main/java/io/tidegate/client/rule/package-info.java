/**
 * What a client decides: frames, the cursor, acks, when to come again and by what. No sockets, no
 * clock, no threads. Not for applications.
 */
@NullMarked
package io.tidegate.client.rule;

import org.jspecify.annotations.NullMarked;
