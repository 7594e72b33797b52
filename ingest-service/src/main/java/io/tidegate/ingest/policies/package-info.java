/** Policies and users' settings: what is known of them, and the rules for changing them. */
@NullMarked
package io.tidegate.ingest.policies;

import org.jspecify.annotations.NullMarked;
