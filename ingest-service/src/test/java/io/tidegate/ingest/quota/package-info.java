@NullMarked
package io.tidegate.ingest.quota;

import org.jspecify.annotations.NullMarked;
