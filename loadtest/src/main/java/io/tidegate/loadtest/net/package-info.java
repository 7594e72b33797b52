/** Event loops and sockets, native where they can be, for whoever connects. */
@NullMarked
package io.tidegate.loadtest.net;

import org.jspecify.annotations.NullMarked;
