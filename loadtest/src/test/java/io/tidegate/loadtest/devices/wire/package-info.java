@NullMarked
package io.tidegate.loadtest.devices.wire;

import org.jspecify.annotations.NullMarked;
