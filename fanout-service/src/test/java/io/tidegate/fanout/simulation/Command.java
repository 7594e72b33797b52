package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;

/**
 * A record of an inbox.
 *
 * @param told every seq up to here that is missing is told of with this; for the checks only
 */
record Command(UserKey user, SessionRef session, Effect effect, long told) {}
