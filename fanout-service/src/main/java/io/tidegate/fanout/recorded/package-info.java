/** Simulations: the recorded topic is read, and a rehearsal says what a policy would make of it. */
@NullMarked
package io.tidegate.fanout.recorded;

import org.jspecify.annotations.NullMarked;
