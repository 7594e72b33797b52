/** Where the sequencer keeps what it knows: sorted bytes, typed keys, one record per thing. */
@NullMarked
package io.tidegate.fanout.store;

import org.jspecify.annotations.NullMarked;
