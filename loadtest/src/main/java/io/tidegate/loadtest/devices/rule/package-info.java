/** What a device remembers, when it acks, and when it comes again. No I/O and no clock. */
@NullMarked
package io.tidegate.loadtest.devices.rule;

import org.jspecify.annotations.NullMarked;
