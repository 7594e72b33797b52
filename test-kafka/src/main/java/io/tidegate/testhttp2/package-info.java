/** A client of HTTP/2 that may say anything. */
@NullMarked
package io.tidegate.testhttp2;

import org.jspecify.annotations.NullMarked;
