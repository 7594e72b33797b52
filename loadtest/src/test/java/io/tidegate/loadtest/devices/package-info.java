@NullMarked
package io.tidegate.loadtest.devices;

import org.jspecify.annotations.NullMarked;
