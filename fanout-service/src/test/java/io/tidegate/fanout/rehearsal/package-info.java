/** Tests. */
@NullMarked
package io.tidegate.fanout.rehearsal;

import org.jspecify.annotations.NullMarked;
