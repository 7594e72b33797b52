/** Bodies that come compressed: what is in them, as it comes, and how much memory that may take. */
@NullMarked
package io.tidegate.ingest.encoding;

import org.jspecify.annotations.NullMarked;
