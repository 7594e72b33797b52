@NullMarked
package io.tidegate.loadtest.profile;

import org.jspecify.annotations.NullMarked;
