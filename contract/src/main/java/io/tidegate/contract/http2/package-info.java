/** What a request of HTTP/2 says, read as strictly as one of HTTP/1.1. Knows no frame. */
@NullMarked
package io.tidegate.contract.http2;

import org.jspecify.annotations.NullMarked;
