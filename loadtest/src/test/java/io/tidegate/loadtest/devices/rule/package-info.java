@NullMarked
package io.tidegate.loadtest.devices.rule;

import org.jspecify.annotations.NullMarked;
