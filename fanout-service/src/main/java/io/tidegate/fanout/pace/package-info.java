/** When a user is sent what: a policy's rules, evaluated exactly and without a clock. */
@NullMarked
package io.tidegate.fanout.pace;

import org.jspecify.annotations.NullMarked;
