package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
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
 * @param offset of the message's record, or of the copy that it came with; -1 where there is none
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
    List<Effect> effects)
    implements Happened {

  /** The message that came to the user, if one did and it had not come before. */
  @Nullable Message arrived() {
    return switch (event) {
      case UserEvent.Arrived(Message message) ->
          effects.contains(new Effect.Duplicate(message.id())) ? null : message;
      case UserEvent.GroupArrived(Message message, long _) -> isReached() ? message : null;
      default -> null;
    };
  }

  /** A message came that had come before. */
  boolean isRepeated() {
    return arrived() == null
        && (event instanceof UserEvent.Arrived || event instanceof UserEvent.GroupArrived);
  }

  private boolean isReached() {
    return effects.stream().anyMatch(effect -> effect instanceof Effect.Reached);
  }
}
