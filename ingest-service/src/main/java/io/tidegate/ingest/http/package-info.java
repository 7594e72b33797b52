/** The HTTP routes: thin shells that translate between requests and the packages beside. */
@NullMarked
package io.tidegate.ingest.http;

import org.jspecify.annotations.NullMarked;
