/** Tests of the client with time moved by hand, and against servers that a script plays. */
@NullMarked
package io.tidegate.client;

import org.jspecify.annotations.NullMarked;
