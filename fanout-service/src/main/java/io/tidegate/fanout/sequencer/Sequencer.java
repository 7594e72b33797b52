package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.dedupe.Dedupe;
import io.tidegate.fanout.mailbox.Mailbox;
import io.tidegate.fanout.mailbox.SharedMessages;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens next for a user. Everything of one user passes here one by one, so that
 * attaching, backlog, live messages, throttle and acks cannot race. No clock, no I/O, no logging:
 * time comes in, effects go out, and all that lasts is in the store. The caller commits store and
 * effects together or not at all, and then says {@link #discard}.
 *
 * <p>For one thread, and for the events of one store from its opening on.
 */
public final class Sequencer {
  private final SequencerSettings settings;
  private final PolicyBook policies;
  private final Dedupe dedupe;
  private final Runnable slowed;
  private final Comings comings;
  private final SharedMessages sharedMessages = new SharedMessages();
  private final KeptStates kept = new KeptStates();

  /**
   * @param policies as they stand; may change at any time
   */
  public Sequencer(SequencerSettings settings, PolicyBook policies) {
    this(settings, policies, () -> {});
  }

  /**
   * @param policies as they stand; may change at any time
   * @param slowed is told of every event after which something waits because the system is busy
   */
  public Sequencer(SequencerSettings settings, PolicyBook policies, Runnable slowed) {
    this.slowed = slowed;
    this.settings = settings;
    this.policies = policies;
    this.comings = new Comings(settings.toldAfter());
    this.dedupe = new Dedupe(settings.dedupeHorizon());
  }

  /** For tenants without policies. */
  public Sequencer(SequencerSettings settings) {
    this(settings, new PolicyBook(settings.policy()));
  }

  /** Handles one event. Work is bounded; what is left over asks to be woken at once. */
  public void handle(
      SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
    switch (event) {
      case UserEvent.Arrived(Message message) -> {
        if (isRepeated(store, user.toBytes(), message, at.nowMillis())) {
          effects.accept(new Effect.Duplicate(message.id()));
          return;
        }
      }
      case UserEvent.GroupArrived(Message message, long _) -> {
        // Of those that are for now, each comes once to who is there.
        if (!message.isLive() && isRepeated(store, user.toBytes(), message, at.nowMillis())) {
          return;
        }
      }
      case UserEvent.SessionUp _, UserEvent.SessionDown _, UserEvent.SessionUnknown _ -> {}
      case UserEvent.Acked _, UserEvent.Due _, UserEvent.SettingsChanged _ -> {}
      case UserEvent.SlotsTaken _ -> {}
    }
    UserState state = kept.take(user);
    if (state == null) {
      state = UserStates.load(store, user);
    }
    if (state == null) {
      if (!begins(event)) {
        return;
      }
      state = new UserState(at.freshEpoch());
    }
    if (event instanceof UserEvent.SettingsChanged changed) {
      state.settings = changed.json();
    }
    boolean online = state.hasSession();
    AppliedPolicy policy = policies.of(user.tenant(), state.settings);
    Turn turn = new Turn(settings, policy, store, sharedMessages, user, state, at, effects);
    turn.take(event);
    if (turn.isSlowed()) {
      slowed.run();
    }
    boolean stays = state.hasSession();
    if (stays != online) {
      if (online) {
        store.delete(Keys.online(user));
      } else {
        store.put(Keys.online(user), new byte[0]);
      }
    }
    long presenceDue = comings.follow(state, online, stays, at.nowMillis(), effects);
    if (turn.isForgettable()) {
      forget(store, user, state);
    } else {
      long due = Math.min(turn.nextDue(), presenceDue);
      wakeAt(store, user, state, due, event instanceof UserEvent.Due, at.nowMillis());
      int bytes = UserStates.save(store, user, state, policy.pace(), at.nowMillis());
      if (bytes <= KeptStates.MOST_BYTES) {
        kept.keep(user, state);
      }
    }
  }

  /** What the last event of the user changed in the store was not committed. */
  public void discard(UserKey user) {
    kept.take(user);
  }

  private static boolean begins(UserEvent event) {
    return switch (event) {
      case UserEvent.Arrived _, UserEvent.GroupArrived _, UserEvent.SessionUp _ -> true;
      case UserEvent.SettingsChanged changed -> !changed.json().isEmpty();
      case UserEvent.SessionDown _, UserEvent.SessionUnknown _ -> false;
      case UserEvent.Acked _, UserEvent.Due _, UserEvent.SlotsTaken _ -> false;
    };
  }

  /**
   * Users due from {@code lowWaterMillis}, inclusive, to {@code nowMillis}, inclusive, the earliest
   * first, at most {@code limit}. Handling {@link UserEvent.Due} for one takes it from the index.
   */
  public static List<DueUser> due(
      SortedBytes store, long lowWaterMillis, long nowMillis, int limit) {
    return due(store, Keys.dueFrom(lowWaterMillis), nowMillis, limit);
  }

  /**
   * As {@link #due(SortedBytes, long, long, int)}.
   *
   * @param from a key of the index, inclusive
   */
  public static List<DueUser> due(SortedBytes store, byte[] from, long nowMillis, int limit) {
    List<DueUser> due = new ArrayList<>();
    try (SortedBytes.Range range = store.range(from, Keys.dueFrom(nowMillis + 1))) {
      while (due.size() < limit && range.next()) {
        due.add(new DueUser(Keys.dueMillis(range.key()), Keys.dueUser(range.key())));
      }
    }
    return due;
  }

  /** The messages that lie in many mailboxes. */
  public SharedMessages sharedMessages() {
    return sharedMessages;
  }

  /** How many messages a second a message for many may come to; null: as fast as it goes. */
  public @Nullable Integer broadcastRate(String tenant) {
    return policies.of(tenant, "").policy().broadcastRate();
  }

  /**
   * Whether the message's id came before, within the dedupe horizon; remembers that it has.
   *
   * @param to whom it came, in bytes: a user's key, or what is no text
   */
  public boolean isRepeated(SortedBytes store, byte[] to, Message message, long nowMillis) {
    return dedupe.isRepeated(store, to, message.source(), message.id(), nowMillis);
  }

  /** As {@link #isRepeated}, and remembers nothing. */
  public boolean hasCome(SortedBytes store, byte[] to, Message message, long nowMillis) {
    return dedupe.knows(store, to, message.source(), message.id(), nowMillis);
  }

  /** Forgets at most {@code limit} message ids that are past the horizon; says how many. */
  public int purgeDedupe(SortedBytes store, long nowMillis, int limit) {
    return dedupe.purge(store, nowMillis, limit);
  }

  /** {@link #view(SortedBytes, UserKey, long, Pressure)} where nothing is busy. */
  public @Nullable UserView view(SortedBytes store, UserKey user, long nowMillis) {
    return view(store, user, nowMillis, Pressure.NONE);
  }

  /** What is known of the user; null if nothing is. Changes nothing. */
  public @Nullable UserView view(
      SortedBytes store, UserKey user, long nowMillis, Pressure pressure) {
    UserState state = UserStates.load(store, user);
    if (state == null) {
      return null;
    }
    AppliedPolicy policy = policies.of(user.tenant(), state.settings);
    Mailbox mailbox =
        new Mailbox(store, user, state.mailbox, policy.categories(), new SharedMessages());
    Waits waits = new Waits(policy, Turn.hash(user), state, nowMillis, pressure);
    return UserView.of(state, policy, waits.explain(mailbox));
  }

  /** Whether the user is connected; null if nothing is known of the user. Changes nothing. */
  public static PresenceView.@Nullable OfUser presence(SortedBytes store, UserKey user) {
    UserState state = UserStates.load(store, user);
    return state == null ? null : PresenceView.withDevices(state);
  }

  /** The version of the policies that hold now; rises with every change. */
  public long policyVersion() {
    return policies.version();
  }

  /**
   * Users to look at, such as those with messages that a policy may hold, of the next so many.
   *
   * @param next where to go on; null at the end
   */
  public record Waiting(List<UserKey> users, byte @Nullable [] next) {}

  /**
   * @param from {@link Keys#firstUser} at the beginning
   */
  public static Waiting waiting(SortedBytes store, byte[] from, int limit) {
    List<UserKey> users = new ArrayList<>();
    try (SortedBytes.Range range = store.range(from, Keys.after(Keys.firstUser()))) {
      for (int i = 0; range.next(); i++) {
        if (i == limit) {
          return new Waiting(users, range.key());
        }
        if (UserStates.hasReady(range.value())) {
          users.add(Keys.userOf(range.key()));
        }
      }
    }
    return new Waiting(users, null);
  }

  /**
   * Connected users to whom {@link UserEvent.SlotsTaken} would do anything, of the next {@code
   * limit} connected ones.
   *
   * @param from {@link Keys#firstOnline} at the beginning
   */
  public Waiting toLookAt(
      SortedBytes store, byte[] from, int limit, Map<Integer, Long> incarnations) {
    List<UserKey> online = new ArrayList<>();
    byte[] next = null;
    try (SortedBytes.Range range = store.range(from, Keys.after(Keys.firstOnline()))) {
      while (next == null && range.next()) {
        if (online.size() == limit) {
          next = range.key();
        } else {
          online.add(Keys.userOf(range.key()));
        }
      }
    }
    online.removeIf(
        user -> {
          UserState state = UserStates.load(store, user);
          return state == null
              || (state.sessionsBefore(incarnations).isEmpty() && !comings.isOpen(state));
        });
    return new Waiting(online, next);
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
