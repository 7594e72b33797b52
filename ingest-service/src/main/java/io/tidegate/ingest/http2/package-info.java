/** HTTP/1.1's answers as those of HTTP/2. Knows no socket. */
@NullMarked
package io.tidegate.ingest.http2;

import org.jspecify.annotations.NullMarked;
