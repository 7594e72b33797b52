/** One user's future: a pure function of its events and its store. */
@NullMarked
package io.tidegate.fanout.sequencer;

import org.jspecify.annotations.NullMarked;
