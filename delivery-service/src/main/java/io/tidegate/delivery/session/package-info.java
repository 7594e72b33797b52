/** One connection's protocol as a state machine: events and time in, actions out. */
@NullMarked
package io.tidegate.delivery.session;

import org.jspecify.annotations.NullMarked;
