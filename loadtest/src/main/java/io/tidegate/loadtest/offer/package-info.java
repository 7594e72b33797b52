/** How messages are handed in: by requests on kept connections, or straight to the topic. */
@NullMarked
package io.tidegate.loadtest.offer;

import org.jspecify.annotations.NullMarked;
