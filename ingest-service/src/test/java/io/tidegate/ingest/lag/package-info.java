@NullMarked
package io.tidegate.ingest.lag;

import org.jspecify.annotations.NullMarked;
