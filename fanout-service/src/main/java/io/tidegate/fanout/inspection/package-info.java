/** The HTTP port: health, metrics, and what the sequencer knows of a user. */
@NullMarked
package io.tidegate.fanout.inspection;

import org.jspecify.annotations.NullMarked;
