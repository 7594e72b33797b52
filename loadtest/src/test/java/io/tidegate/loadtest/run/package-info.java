@NullMarked
package io.tidegate.loadtest.run;

import org.jspecify.annotations.NullMarked;
