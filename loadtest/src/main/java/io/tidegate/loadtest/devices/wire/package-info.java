/** What comes over the wire, as bytes: frames, events, chunks, heads of answers. No I/O. */
@NullMarked
package io.tidegate.loadtest.devices.wire;

import org.jspecify.annotations.NullMarked;
