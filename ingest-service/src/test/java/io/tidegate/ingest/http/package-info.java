/** Tests. */
@NullMarked
package io.tidegate.ingest.http;

import org.jspecify.annotations.NullMarked;
