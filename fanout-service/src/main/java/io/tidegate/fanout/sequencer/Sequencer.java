package io.tidegate.fanout.sequencer;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.dedupe.Dedupe;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.throttle.Throttle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens next for a user. Everything of one user passes here one by one, so that
 * attaching, backlog, live messages, throttle and acks cannot race. No clock, no I/O, no logging:
 * time comes in, effects go out, and all that is kept is in the store. The caller commits store and
 * effects together or not at all.
 *
 * <p>For one thread.
 */
public final class Sequencer {
  private final SequencerSettings settings;
  private final UserStates states;
  private final Dedupe dedupe;
  private final Throttle throttle;

  public Sequencer(SequencerSettings settings) {
    this.settings = settings;
    this.states = new UserStates(settings.limits().size());
    this.dedupe = new Dedupe(settings.dedupeHorizon());
    this.throttle = new Throttle(settings.limits());
  }

  /** Handles one event. Work is bounded; what is left over asks to be woken at once. */
  public void handle(
      SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
    UserState state = states.load(store, user);
    if (event instanceof UserEvent.Arrived arrived) {
      String id = arrived.message().id();
      if (dedupe.knows(store, user, id, at.nowMillis())) {
        effects.accept(new Effect.Duplicate(id));
        return;
      }
      dedupe.remember(store, user, id, at.nowMillis());
    }
    if (state == null) {
      if (!begins(event)) {
        return;
      }
      state = new UserState(at.freshEpoch(), settings.limits().size());
    }
    Turn turn = new Turn(settings, throttle, store, user, state, at.nowMillis(), effects);
    turn.take(event);
    if (turn.isForgettable()) {
      forget(store, user, state);
    } else {
      wakeAt(store, user, state, turn.nextDue(), event instanceof UserEvent.Due, at.nowMillis());
      states.save(store, user, state);
    }
  }

  private static boolean begins(UserEvent event) {
    return switch (event) {
      case UserEvent.Arrived _, UserEvent.SessionUp _ -> true;
      case UserEvent.SessionDown _, UserEvent.SessionUnknown _ -> false;
      case UserEvent.Acked _, UserEvent.Due _ -> false;
    };
  }

  /**
   * Users due from {@code lowWaterMillis}, inclusive, to {@code nowMillis}, inclusive, the earliest
   * first, at most {@code limit}. Handling {@link UserEvent.Due} for one takes it from the index.
   */
  public static List<DueUser> due(
      SortedBytes store, long lowWaterMillis, long nowMillis, int limit) {
    List<DueUser> due = new ArrayList<>();
    byte[] from = Keys.dueFrom(lowWaterMillis);
    try (SortedBytes.Range range = store.range(from, Keys.dueFrom(nowMillis + 1))) {
      while (due.size() < limit && range.next()) {
        due.add(new DueUser(Keys.dueMillis(range.key()), Keys.dueUser(range.key())));
      }
    }
    return due;
  }

  /** Forgets at most {@code limit} message ids that are past the horizon; says how many. */
  public int purgeDedupe(SortedBytes store, long nowMillis, int limit) {
    return dedupe.purge(store, nowMillis, limit);
  }

  /** What is known of the user; null if nothing is. */
  public @Nullable UserView view(SortedBytes store, UserKey user) {
    UserState state = states.load(store, user);
    return state == null ? null : UserView.of(state);
  }

  /**
   * Moves the user in the due index. An entry earlier than needed stays: to be woken for nothing
   * costs less than to write the index at every event.
   */
  private static void wakeAt(
      SortedBytes store,
      UserKey user,
      UserState state,
      long dueMillis,
      boolean fired,
      long nowMillis) {
    long due = Math.max(dueMillis, nowMillis);
    boolean stands = state.dueMillis != 0;
    if (stands && !fired && state.dueMillis <= due) {
      return;
    }
    if (stands) {
      store.delete(Keys.due(state.dueMillis, user));
      state.dueMillis = 0;
    }
    if (dueMillis != Turn.NEVER) {
      store.put(Keys.due(due, user), new byte[0]);
      state.dueMillis = due;
    }
  }

  private static void forget(SortedBytes store, UserKey user, UserState state) {
    if (state.dueMillis != 0) {
      store.delete(Keys.due(state.dueMillis, user));
    }
    store.delete(Keys.user(user));
  }
}
