@NullMarked
package io.tidegate.loadtest.report;

import org.jspecify.annotations.NullMarked;
