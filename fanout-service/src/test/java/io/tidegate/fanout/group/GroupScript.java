package io.tidegate.fanout.group;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** One store with groups and the real sequencer, told what happens, asked what came to whom. */
final class GroupScript {
  static final GroupKey GROUP = new GroupKey("default", "g");
  static final Recipient TO_GROUP = new Recipient.Group(GROUP);
  static final Recipient TO_ALL = new Recipient.Everyone("default");

  final TreeBytes store = new TreeBytes();
  final PolicyBook policies = new PolicyBook(Policy.NONE);
  long now = 1_000_000_000_000L;

  private final int partition;
  private final int partitions;
  private final Map<UserKey, Long> epochs = new HashMap<>();
  private final Map<UserKey, SessionRef> sessions = new HashMap<>();
  private Sequencer sequencer;
  private Expansions expansions;
  private long offset;
  private int n;

  /** What came to whom, in order: {@code user:id} where it was sent to a session. */
  final List<String> sent = new ArrayList<>();

  final List<Outcome> outcomes = new ArrayList<>();

  /** Users whose handling fails. */
  Predicate<UserKey> faulty = _ -> false;

  GroupScript() {
    this(0, 1);
  }

  GroupScript(int partition, int partitions) {
    this.partition = partition;
    this.partitions = partitions;
    this.sequencer = new Sequencer(SequencerSettings.defaults(), policies);
    this.expansions = new Expansions(sequencer, store, partition, partitions);
  }

  static UserKey user(String name) {
    return new UserKey("default", name);
  }

  /** As after a crash: all that is not in the store is gone. */
  void restart() {
    sequencer = new Sequencer(SequencerSettings.defaults(), policies);
    expansions = new Expansions(sequencer, store, partition, partitions);
  }

  void join(String... users) {
    for (String user : users) {
      Groups.join(store, new Membership(GROUP, user(user)));
    }
  }

  void leave(String user) {
    Groups.leave(store, new Membership(GROUP, user(user)));
  }

  void policy(String json) {
    policies.put(
        new PolicyKey("default", Policy.DEFAULT_NAME), Policy.parse(json), policies.version() + 1);
  }

  void online(String... users) {
    for (String name : users) {
      UserKey user = user(name);
      bringUp(name);
      SessionRef session = new SessionRef(0, 1, ++n);
      sessions.put(user, session);
      handle(user, new UserEvent.SessionUp(session, "phone", 100, null, Urgency.VERY_LOW, now));
    }
  }

  void offline(String user) {
    handle(user(user), new UserEvent.SessionDown(session(user(user))));
  }

  void ack(String user, long seq) {
    UserKey key = user(user);
    handle(key, new UserEvent.Acked(session(key), epochs.getOrDefault(key, 0L), seq));
  }

  private SessionRef session(UserKey user) {
    return Objects.requireNonNull(sessions.get(user), "no session");
  }

  void bringUp(String user) {
    expansions.bringUp(user(user), now, this::arrive);
  }

  void direct(String user, Message message) {
    bringUp(user);
    handle(user(user), new UserEvent.Arrived(message));
  }

  boolean begin(Recipient to, Message message) {
    return expansions.begin(to, message, offset++, now, this::arrive);
  }

  /** One punctuation of at most so many users. */
  void goOn(int limit) {
    expansions.goOn(now, limit, () -> false, this::arrive);
  }

  void goOnToTheEnd() {
    for (int i = 0; expansions.underWay() > 0; i++) {
      if (i == 100_000) {
        throw new AssertionError("it never ends");
      }
      now = Math.max(now, expansions.dueMillis());
      goOn(64);
    }
  }

  int underWay() {
    return expansions.underWay();
  }

  long dueMillis() {
    return expansions.dueMillis();
  }

  static Message message(String id) {
    return message(id, "{}", Message.NEVER, 0);
  }

  static Message live(String id, long now) {
    return message(id, "{}", now, now);
  }

  static Message message(String id, String payload, long expiry, long time) {
    return new Message(
        id,
        "/app",
        "t",
        time,
        Urgency.NORMAL,
        expiry,
        0,
        null,
        null,
        null,
        null,
        payload.getBytes(UTF_8));
  }

  private boolean arrive(UserKey user, UserEvent.GroupArrived arrived, long origin) {
    return handle(user, arrived).contains(new Effect.Reached(true));
  }

  private List<Effect> handle(UserKey user, UserEvent event) {
    BufferedBytes buffer = new BufferedBytes(store);
    List<Effect> effects = new ArrayList<>();
    if (faulty.test(user)) {
      return effects;
    }
    sequencer.handle(buffer, user, event, new At(now, 77), effects::add);
    buffer.commit();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Attach attach -> epochs.put(user, attach.epoch());
        case Effect.Deliver deliver ->
            deliver.messages().forEach(m -> sent.add(user.user() + ":" + m.message().id()));
        case Effect.DeliverLive live -> sent.add(user.user() + ":" + live.message().id());
        case Effect.Ended ended -> outcomes.add(ended.outcome());
        case Effect.Kick _, Effect.Reset _, Effect.Duplicate _, Effect.Reached _ -> {}
        case Effect.Online _, Effect.Announced _ -> {}
      }
    }
    return effects;
  }

  /** How many keys of the kind there are. */
  int keys(byte[] like) {
    byte[] from = {like[0]};
    int count = 0;
    try (SortedBytes.Range range = store.range(from, Keys.after(from))) {
      while (range.next()) {
        count++;
      }
    }
    return count;
  }
}
