/** Users and groups that are URLs: changes of them, checked, written and read back. */
@NullMarked
package io.tidegate.ingest.endpoints;

import org.jspecify.annotations.NullMarked;
