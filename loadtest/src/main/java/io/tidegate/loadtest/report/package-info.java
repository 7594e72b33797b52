/** What a run found, for people, programs and browsers. Pure. */
@NullMarked
package io.tidegate.loadtest.report;

import org.jspecify.annotations.NullMarked;
