@NullMarked
package io.tidegate.loadtest.schedule;

import org.jspecify.annotations.NullMarked;
