package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.PresenceChange;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins and leaves by a naive model: who has a session has joined, who has had none for the grace
 * has left, each is told once, and they alternate.
 */
final class PresenceChecks {
  private static final int INVARIANT = 30;

  private final SequencerSettings settings;
  private final Map<UserKey, Known> known = new HashMap<>();

  /** What was told of a user. */
  private static final class Known {
    long number;
    boolean there;
    long leftMillis;

    boolean joined() {
      return number % 2 == 1;
    }
  }

  PresenceChecks(SequencerSettings settings) {
    this.settings = settings;
  }

  void forget(UserKey user) {
    known.remove(user);
  }

  void check(Fact fact) {
    UserKey user = fact.user();
    Known was = known.computeIfAbsent(user, _ -> new Known());
    boolean there = isThere(fact.after());
    for (Effect effect : fact.effects()) {
      if (effect instanceof Effect.Online(boolean now)) {
        Violation.unless(
            now == there && now != was.there, INVARIANT, user, " is said to have changed: ", now);
      }
    }
    if (was.there && !there) {
      was.leftMillis = fact.wall();
    }
    was.there = there;
    for (Effect effect : fact.effects()) {
      if (effect instanceof Effect.Announced(PresenceChange change)) {
        tell(user, was, change, fact);
      }
    }
    Violation.unless(
        !settings.presence()
            || fact.isRepeated() // which is no turn of the user
            || was.joined() == there
            || isWithinGrace(was, fact.wall()),
        INVARIANT,
        user,
        there ? " has come" : " has left",
        ", and that was not told");
    if (fact.after() == null) {
      Violation.unless(!was.joined(), INVARIANT, user, " is forgotten and has not left");
      known.remove(user);
    }
  }

  private void tell(UserKey user, Known was, PresenceChange change, Fact fact) {
    Violation.unless(settings.presence(), INVARIANT, user, " is told of: ", change);
    Violation.unless(
        change.number() == was.number + 1 && change.joined() == !was.joined(),
        INVARIANT,
        user,
        " is told of twice, or not in turn: ",
        change);
    was.number = change.number();
    Violation.unless(change.joined() == was.there, INVARIANT, user, " is not so: ", change);
    if (!change.joined()) {
      Violation.unless(
          !isWithinGrace(was, fact.wall()) && change.atMillis() == was.leftMillis,
          INVARIANT,
          user,
          " left too early, or at another time: ",
          change);
    }
  }

  private boolean isWithinGrace(Known was, long wall) {
    return !was.there && wall < was.leftMillis + settings.presenceGrace().toMillis();
  }

  /** Nothing is to be done now. */
  void atRest(UserKey user, long wall) {
    Known was = known.get(user);
    Violation.unless(
        was == null
            || !settings.presence()
            || was.joined() == was.there
            || isWithinGrace(was, wall),
        INVARIANT,
        user,
        " was not woken to leave");
  }

  private static boolean isThere(@Nullable UserRecord record) {
    return record != null && record.getDevicesList().stream().anyMatch(DeviceRecord::getConnected);
  }
}
