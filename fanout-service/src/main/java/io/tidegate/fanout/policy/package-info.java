/** Which policy holds for a user. */
@NullMarked
package io.tidegate.fanout.policy;

import org.jspecify.annotations.NullMarked;
