/**
 * The one thread that everything of a client but its handlers happens on, and its time. Not for
 * applications.
 */
@NullMarked
package io.tidegate.client.loop;

import org.jspecify.annotations.NullMarked;
