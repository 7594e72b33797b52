/** HTTP/2's messages as those of HTTP/1.1, and back. */
@NullMarked
package io.tidegate.ingest.http2;

import org.jspecify.annotations.NullMarked;
