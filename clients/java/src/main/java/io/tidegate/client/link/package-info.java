/** Connections of each kind, and what they tell. Not for applications. */
@NullMarked
package io.tidegate.client.link;

import org.jspecify.annotations.NullMarked;
