package io.tidegate.fanout.simulation;

import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import org.jspecify.annotations.Nullable;

/** Makes the real sequencer behave like a wrong one, by changing what goes in or comes out. */
final class Mutations {
  private Mutations() {}

  static UserEvent event(Mutant mutant, UserEvent event, @Nullable UserRecord user) {
    if (user == null) {
      return event;
    }
    return switch (event) {
      case UserEvent.Acked ack when mutant == Mutant.ACK_WITHOUT_EPOCH ->
          new UserEvent.Acked(ack.session(), user.getEpoch(), ack.seq());
      case UserEvent.SessionDown down when mutant == Mutant.SESSION_DOWN_BY_USER ->
          user.getDevicesList().stream()
              .filter(DeviceRecord::getConnected)
              .findFirst()
              .map(d -> new SessionRef(d.getSlot(), d.getIncarnation(), d.getN()))
              .map(UserEvent.SessionDown::new)
              .orElse(down);
      default -> event;
    };
  }

  static Effect effect(Mutant mutant, UserEvent event, Effect effect) {
    if (mutant == Mutant.PARTIAL_RESUME
        && effect instanceof Effect.Attach attach
        && event instanceof UserEvent.SessionUp up
        && up.resume() != null
        && up.resume().epoch() == attach.epoch()) {
      return new Effect.Attach(
          attach.session(), Effect.Mode.RESUMED, attach.epoch(), attach.seq(), attach.head());
    }
    return effect;
  }
}
