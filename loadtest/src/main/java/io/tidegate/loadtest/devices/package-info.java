/** Thousands of devices on a few threads, over WebSocket or Server-Sent Events. */
@NullMarked
package io.tidegate.loadtest.devices;

import org.jspecify.annotations.NullMarked;
