/**
 * What two policies would make of the same recorded messages. Pure: time is what the caller says.
 */
@NullMarked
package io.tidegate.fanout.rehearsal;

import org.jspecify.annotations.NullMarked;
