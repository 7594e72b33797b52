/** What each tenant and each key may use of this instance, and has used. No clock, no thread. */
@NullMarked
package io.tidegate.ingest.quota;

import org.jspecify.annotations.NullMarked;
