/** What Helidon does not guard on a connection: time and buffered bytes. */
@NullMarked
package io.tidegate.ingest.connection;

import org.jspecify.annotations.NullMarked;
