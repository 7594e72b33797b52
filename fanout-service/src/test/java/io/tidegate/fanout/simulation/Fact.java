package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.UserRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event as the sequencer handled it, committed with what it did, so that the checks see exactly
 * what became true.
 *
 * @param offset of the input; -1 where there is none
 * @param policies the version of the policies by which it was handled
 * @param before the user's record; null if the user was not known
 */
record Fact(
    UserKey user,
    int partition,
    UserEvent event,
    long offset,
    long wall,
    long forward,
    long policies,
    Pressure pressure,
    @Nullable UserRecord before,
    @Nullable UserRecord after,
    List<Effect> effects) {}
