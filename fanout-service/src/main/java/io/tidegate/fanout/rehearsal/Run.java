package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.DueUser;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The sequencer itself under one set of policies, with a store of its own, in a time of its own. In
 * place of the devices of a user there is one that is always connected and acks at once, with a
 * window that never fills.
 */
final class Run {
  private static final String DEVICE = "rehearsal";
  private static final int WINDOW = 1_000_000;
  private static final long EPOCH = 1;
  private static final SessionRef FIRST_SESSION = new SessionRef(0, 1, 1);

  /** About what the counts of a user take. */
  private static final int USER_BYTES = 160;

  private final PolicyBook policies;
  private final Sequencer sequencer;
  private final LeanBytes store = new LeanBytes();
  private final Tally tally = new Tally();
  private final Deque<UserEvent> next = new ArrayDeque<>();
  private final List<Effect> effects = new ArrayList<>();
  private long now;

  Run(SequencerSettings settings, PolicyBook policies) {
    this.policies = policies;
    this.sequencer = new Sequencer(settings, policies);
  }

  /** Takes a message now. */
  void take(Recorded recorded, String settings) {
    UserKey user = recorded.user();
    if (!tally.knows(user)) {
      tally.met(user, policies.of(user.tenant(), settings).fault() == null);
      if (!settings.isEmpty()) {
        handle(user, new UserEvent.SettingsChanged(settings));
      }
      handle(user, connect(FIRST_SESSION));
    }
    tally.arrived();
    handle(user, new UserEvent.Arrived(recorded.rehearsed(now)));
  }

  /**
   * Makes the time go on, waking whoever is due on the way, at most {@code steps} times; true when
   * it has come to {@code toMillis}.
   */
  boolean advance(long toMillis, int steps) {
    for (int i = 0; i < steps; i++) {
      if (!wakeNext(toMillis)) {
        now = Math.max(now, toMillis);
        return true;
      }
    }
    return false;
  }

  /** Likewise, but is done as soon as no message waits any more. */
  boolean finish(long toMillis, int steps) {
    for (int i = 0; i < steps; i++) {
      if (tally.waiting() == 0 || !wakeNext(toMillis)) {
        return true;
      }
    }
    return false;
  }

  private boolean wakeNext(long untilMillis) {
    List<DueUser> due = Sequencer.due(store, 0, untilMillis, 1);
    if (due.isEmpty()) {
      return false;
    }
    now = Math.max(now, due.getFirst().atMillis());
    handle(due.getFirst().user(), new UserEvent.Due());
    return true;
  }

  /** Handles an event, and what the device makes of it. */
  private void handle(UserKey user, UserEvent first) {
    next.add(first);
    for (UserEvent event = next.poll(); event != null; event = next.poll()) {
      effects.clear();
      sequencer.handle(store, user, event, new At(now, EPOCH), effects::add);
      for (Effect effect : effects) {
        perform(user, effect);
      }
    }
  }

  private void perform(UserKey user, Effect effect) {
    switch (effect) {
      case Effect.Deliver deliver -> {
        tally.pushed(user, deliver.messages(), now);
        long last = deliver.messages().getLast().seq();
        next.add(new UserEvent.Acked(deliver.session(), EPOCH, last));
      }
      case Effect.DeliverLive _ -> tally.pushedLive(user);
      case Effect.Ended ended -> tally.ended(ended.outcome());
      // As after a month of silence.
      case Effect.Kick kick -> next.add(connect(after(kick.session())));
      case Effect.Attach _, Effect.Reset _, Effect.Online _, Effect.Announced _ -> {}
      case Effect.Duplicate _, Effect.Reached _ ->
          throw new IllegalStateException("a message that was to be told apart before: " + effect);
    }
  }

  private UserEvent connect(SessionRef session) {
    return new UserEvent.SessionUp(session, DEVICE, WINDOW, null, Urgency.VERY_LOW, now);
  }

  private static SessionRef after(SessionRef session) {
    return new SessionRef(session.slot(), session.incarnation(), session.n() + 1);
  }

  int users() {
    return tally.users();
  }

  long keptBytes() {
    return store.bytes() + (long) tally.users() * USER_BYTES;
  }

  Result result() {
    return tally.result();
  }
}
