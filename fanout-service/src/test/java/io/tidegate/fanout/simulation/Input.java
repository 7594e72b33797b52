package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.UserEvent;

/** What fan-out reads: an event of one user. */
record Input(UserKey user, UserEvent event) implements Sent {}
