package io.tidegate.fanout.group;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One partition with groups under faults: its input is read in an order drawn from a seed, work is
 * committed or lost as a whole, the process begins anew from what is committed. At the end every
 * message for many has reached whom it was for, once and in order, and nothing is left of it
 * (invariants 6, 12 and 24).
 */
final class GroupSimulation {
  private static final GroupKey GROUP = new GroupKey("t", "g");
  private static final int STEPS = 250;

  private final SplittableRandom random;
  private final GroupMutant mutant;
  private final int users;
  private final String large = "\"" + "x".repeat(2_000) + "\"";

  /** What the partition reads, each with its effect. */
  private final List<Input> members = new ArrayList<>();

  private final List<Input> messages = new ArrayList<>();
  private final List<Input> sessions = new ArrayList<>();

  private World committed = new World();
  private World world = committed.copy();
  private Sequencer sequencer;
  private Expansions expansions;
  private long now = 1_000_000;
  private long n;

  private sealed interface Input {
    record Member(UserKey user, boolean in) implements Input {}

    record ForMany(Recipient to, Message message) implements Input {}

    record ForOne(UserKey user, Message message) implements Input {}

    record Up(UserKey user, SessionRef session) implements Input {}

    record Down(UserKey user, SessionRef session) implements Input {}
  }

  /** How many messages were for now, and how many of them reached anyone. */
  record Live(int sent, int reached) {}

  /** A delivery of a message, in the order of all. */
  private record Sent(UserKey user, SessionRef session, String id) {}

  /** All that a transaction makes durable, and the model of what it should be. */
  private static final class World {
    TreeBytes store = new TreeBytes();
    int membersRead;
    int messagesRead;
    int sessionsRead;
    List<Sent> sent = new ArrayList<>();
    Set<UserKey> in = new HashSet<>();
    Map<UserKey, SessionRef> online = new HashMap<>();

    /** By message id: who must have it; and who may, as he left while it was on its way. */
    Map<String, Set<UserKey>> due = new HashMap<>();

    Map<String, Set<UserKey>> may = new HashMap<>();
    List<String> order = new ArrayList<>();

    World copy() {
      World copy = new World();
      try (SortedBytes.Range range = store.range(new byte[] {0}, new byte[] {(byte) 0xFF})) {
        while (range.next()) {
          copy.store.put(range.key(), range.value());
        }
      }
      copy.membersRead = membersRead;
      copy.messagesRead = messagesRead;
      copy.sessionsRead = sessionsRead;
      copy.sent.addAll(sent);
      copy.in.addAll(in);
      copy.online.putAll(online);
      due.forEach((id, all) -> copy.due.put(id, new HashSet<>(all)));
      may.forEach((id, all) -> copy.may.put(id, new HashSet<>(all)));
      copy.order.addAll(order);
      return copy;
    }
  }

  private GroupSimulation(long seed, GroupMutant mutant) {
    this.random = new SplittableRandom(seed);
    this.mutant = mutant;
    this.users = random.nextBoolean() ? random.nextInt(1, 10) : random.nextInt(65, 140);
    begin();
  }

  /**
   * @throws AssertionError saying what is wrong
   */
  static Live run(long seed, GroupMutant mutant) {
    GroupSimulation simulation = new GroupSimulation(seed, mutant);
    try {
      return simulation.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + " with mutant " + mutant + ": " + e, e);
    }
  }

  private void begin() {
    sequencer = new Sequencer(SequencerSettings.defaults());
    expansions = new Expansions(sequencer, mutant.over(world.store), 0, 1);
  }

  private Live run() {
    for (int i = 0; i < users; i++) {
      if (random.nextInt(10) > 0) {
        members.add(new Input.Member(user(i), true));
      }
    }
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    while (read() || goOn()) {
      now++;
    }
    commit();
    Live live = everyoneHasWhatIsTheirs();
    nothingIsLeft();
    return live;
  }

  private void step() {
    now += random.nextInt(20);
    switch (random.nextInt(16)) {
      case 0 -> members.add(new Input.Member(anyone(), random.nextBoolean()));
      case 1, 2 -> {
        if (messages.size() < 40) {
          messages.add(message());
        }
      }
      case 3 -> {
        if (!messages.isEmpty()) {
          messages.add(messages.get(random.nextInt(messages.size()))); // sent again
        }
      }
      case 4, 5 -> connect();
      case 6, 7, 8, 9 -> read();
      case 10, 11, 12 -> goOn();
      case 13 -> commit();
      case 14 -> {
        commit();
        begin();
      }
      default -> abort();
    }
  }

  private Input message() {
    String id = "m" + messages.size();
    UserKey one = anyone();
    boolean live = random.nextInt(4) == 0;
    Message message =
        new Message(
            id,
            "/app",
            "t",
            now,
            Urgency.NORMAL,
            live ? now : Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            (random.nextBoolean() ? "{}" : large).getBytes(UTF_8));
    return switch (random.nextInt(6)) {
      case 0 -> new Input.ForOne(one, message);
      case 1 -> new Input.ForMany(new Recipient.Everyone("t"), message);
      default -> new Input.ForMany(new Recipient.Group(GROUP), message);
    };
  }

  private void connect() {
    UserKey user = anyone();
    Input last = null;
    for (Input each : sessions) {
      UserKey of =
          switch (each) {
            case Input.Up(UserKey up, SessionRef _) -> up;
            case Input.Down(UserKey down, SessionRef _) -> down;
            default -> null;
          };
      last = user.equals(of) ? each : last;
    }
    sessions.add(
        last instanceof Input.Up(UserKey _, SessionRef session)
            ? new Input.Down(user, session)
            : new Input.Up(user, new SessionRef(0, 1, ++n)));
  }

  /** Reads the next record of some topic; whether there was one. */
  private boolean read() {
    int first = random.nextInt(3);
    for (int i = 0; i < 3; i++) {
      switch ((first + i) % 3) {
        case 0 -> {
          if (world.membersRead < members.size()) {
            handle(members.get(world.membersRead++), 0);
            return true;
          }
        }
        case 1 -> {
          if (world.messagesRead < messages.size()) {
            int offset = world.messagesRead++;
            handle(messages.get(offset), offset);
            return true;
          }
        }
        default -> {
          if (world.sessionsRead < sessions.size()) {
            handle(sessions.get(world.sessionsRead++), 0);
            return true;
          }
        }
      }
    }
    return false;
  }

  private void handle(Input input, long offset) {
    switch (input) {
      case Input.Member(UserKey user, boolean in) -> {
        Membership membership = new Membership(GROUP, user);
        if (in) {
          Groups.join(mutant.over(world.store), membership);
          world.in.add(user);
        } else {
          Groups.leave(mutant.over(world.store), membership);
          if (world.in.remove(user)) {
            world.due.forEach(
                (id, all) -> {
                  if (isForTheGroup(id) && all.remove(user)) {
                    world.may.computeIfAbsent(id, _ -> new HashSet<>()).add(user);
                  }
                });
          }
        }
      }
      case Input.ForMany(Recipient to, Message message) -> {
        if (!world.due.containsKey(message.id())) {
          world.order.add(message.id());
          Set<UserKey> due = new HashSet<>(to instanceof Recipient.Group ? world.in : known());
          if (message.isLive()) {
            world.may.put(message.id(), due);
            due = new HashSet<>();
          }
          world.due.put(message.id(), due);
        }
        expansions.begin(to, message, offset, now, this::arrive);
      }
      case Input.ForOne(UserKey user, Message message) -> {
        if (!world.due.containsKey(message.id())) {
          world.order.add(message.id());
          boolean live = message.isLive();
          world.due.put(message.id(), live ? new HashSet<>() : new HashSet<>(Set.of(user)));
          world.may.put(message.id(), new HashSet<>(Set.of(user)));
        }
        bringUp(user);
        handle(user, new UserEvent.Arrived(message));
      }
      case Input.Up(UserKey user, SessionRef session) -> {
        bringUp(user);
        world.online.put(user, session);
        handle(user, new UserEvent.SessionUp(session, "d", 1_000, null, Urgency.VERY_LOW, now));
      }
      case Input.Down(UserKey user, SessionRef session) -> {
        world.online.remove(user);
        handle(user, new UserEvent.SessionDown(session));
      }
    }
  }

  private boolean isForTheGroup(String id) {
    for (Input each : messages) {
      if (each instanceof Input.ForMany(Recipient to, Message message) && message.id().equals(id)) {
        return to instanceof Recipient.Group;
      }
    }
    return false;
  }

  private Set<UserKey> known() {
    Set<UserKey> known = new HashSet<>();
    for (int i = 0; i < users; i++) {
      if (world.store.get(Keys.user(user(i))) != null) {
        known.add(user(i));
      }
    }
    return known;
  }

  private void bringUp(UserKey user) {
    if (mutant != GroupMutant.NOBODY_BROUGHT_UP) {
      expansions.bringUp(user, now, this::arrive);
    }
  }

  /** Whether there was anything to go on with. */
  private boolean goOn() {
    boolean any = expansions.underWay() > 0;
    expansions.goOn(now, random.nextInt(1, 80), () -> random.nextInt(4) == 0, this::arrive);
    return any;
  }

  private boolean arrive(UserKey user, UserEvent.GroupArrived arrived, long origin) {
    return handle(user, arrived).contains(new Effect.Reached(true));
  }

  private List<Effect> handle(UserKey user, UserEvent event) {
    BufferedBytes buffer = new BufferedBytes(mutant.over(world.store));
    List<Effect> effects = new ArrayList<>();
    sequencer.handle(buffer, user, event, new At(now, 77), effects::add);
    buffer.commit();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Deliver deliver ->
            deliver.messages().forEach(m -> sent(user, deliver.session(), m.message().id()));
        case Effect.DeliverLive live -> sent(user, live.session(), live.message().id());
        case Effect.Attach _, Effect.Ended _, Effect.Kick _ -> {}
        case Effect.Reset _, Effect.Duplicate _, Effect.Reached _ -> {}
      }
    }
    return effects;
  }

  private void sent(UserKey user, SessionRef session, String id) {
    require(session.equals(world.online.get(user)), user + " is sent " + id + " without a session");
    world.sent.add(new Sent(user, session, id));
  }

  private void commit() {
    committed = world.copy();
  }

  private void abort() {
    world = committed.copy();
    begin();
  }

  private Live everyoneHasWhatIsTheirs() {
    Map<UserKey, List<String>> shown = new HashMap<>();
    Set<Sent> once = new HashSet<>();
    for (Sent sent : world.sent) {
      require(once.add(sent), sent + " twice");
      List<String> its = shown.computeIfAbsent(sent.user(), _ -> new ArrayList<>());
      if (!its.contains(sent.id())) {
        its.add(sent.id());
      }
    }
    world.order.forEach(
        id -> {
          Set<UserKey> due = world.due.getOrDefault(id, Set.of());
          Set<UserKey> may = world.may.getOrDefault(id, Set.of());
          for (int i = 0; i < users; i++) {
            UserKey user = user(i);
            boolean has = shown.getOrDefault(user, List.of()).contains(id);
            require(
                !due.contains(user) || has || !world.online.containsKey(user),
                user + " is there and has no " + id);
            require(
                !has || due.contains(user) || may.contains(user) || isForEveryone(id),
                user + " has " + id + ", which is not for him");
          }
        });
    shown.forEach(
        (user, ids) -> {
          // What is for now waits for nothing and nothing for it; who was not known when something
          // for everyone came may get it at any time or not at all.
          List<String> durable =
              ids.stream()
                  .filter(id -> !isLive(id) && world.due.getOrDefault(id, Set.of()).contains(user))
                  .toList();
          List<String> inOrder = world.order.stream().filter(durable::contains).toList();
          require(durable.equals(inOrder), user + " has " + durable + ", sent were " + inOrder);
        });
    return live(shown);
  }

  private Live live(Map<UserKey, List<String>> shown) {
    int live = 0;
    int reached = 0;
    for (String id : world.order) {
      if (isLive(id)) {
        live++;
        reached += shown.values().stream().anyMatch(ids -> ids.contains(id)) ? 1 : 0;
      }
    }
    return new Live(live, reached);
  }

  private boolean isForEveryone(String id) {
    return find(id) instanceof Input.ForMany(Recipient.Everyone _, Message _);
  }

  private boolean isLive(String id) {
    return switch (find(id)) {
      case Input.ForMany(Recipient _, Message message) -> message.isLive();
      case Input.ForOne(UserKey _, Message message) -> message.isLive();
      case null, default -> false;
    };
  }

  private @Nullable Input find(String id) {
    for (Input each : messages) {
      String its =
          switch (each) {
            case Input.ForMany(Recipient _, Message many) -> many.id();
            case Input.ForOne(UserKey _, Message one) -> one.id();
            default -> "";
          };
      if (its.equals(id)) {
        return each;
      }
    }
    return null;
  }

  /** A month later: mailboxes are emptied by their age, and what they shared goes with them. */
  private void nothingIsLeft() {
    for (int month = 0; month < 4; month++) {
      now += 31L * 24 * 3_600_000;
      for (int i = 0; i < users; i++) {
        for (int turn = 0; turn < 3; turn++) {
          handle(user(i), new UserEvent.Due());
        }
      }
      sequencer.purgeDedupe(mutant.over(world.store), now, Integer.MAX_VALUE);
    }
    for (byte[] kind :
        List.of(
            Keys.shared(0),
            Keys.references(0),
            Keys.expansion(0),
            Keys.online(user(0)),
            Keys.user(user(0)))) {
      byte[] from = {kind[0]};
      try (SortedBytes.Range range = world.store.range(from, Keys.after(from))) {
        require(!range.next(), "keys of kind " + kind[0] + " are left");
      }
    }
    long in = Groups.members(world.store, GROUP);
    require(in == world.in.size(), in + " members counted of " + world.in.size());
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private UserKey anyone() {
    return user(random.nextInt(users));
  }

  private static UserKey user(int i) {
    return new UserKey("t", "u" + i);
  }
}
