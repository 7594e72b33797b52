/** The contract of the HTTP port as it is served: as it stands, and as a page to read. */
@NullMarked
package io.tidegate.ingest.reference;

import org.jspecify.annotations.NullMarked;
