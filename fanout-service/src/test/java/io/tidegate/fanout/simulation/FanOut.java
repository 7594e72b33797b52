package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.DueUser;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.simulation.Txn.Source;
import io.tidegate.fanout.simulation.Txn.Topic;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.Keys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One fan-out process: reads, runs the real sequencer, writes, commits. */
final class FanOut {
  private static final List<Topic> TOPICS = List.of(Topic.values());
  private static final int DUE_LIMIT = 16;
  private static final int SWEEP_LIMIT = 2;
  private static final byte DEDUPE_KIND = 7;

  final int id;
  boolean alive = true;
  private final World world;
  private final FakeKafka kafka;
  private final Outputs outputs;
  private final Map<Integer, Task> tasks = new TreeMap<>();
  private @Nullable Txn txn;
  private PolicyBook book;
  private long policiesRead;

  FanOut(int id, World world) {
    this.id = id;
    this.world = world;
    this.kafka = world.kafka;
    this.outputs = new Outputs(world.mutant != Mutant.AT_LEAST_ONCE);
    this.book = emptyBook();
  }

  private PolicyBook emptyBook() {
    return new PolicyBook(Mutations.policy(world.mutant, world.plan.settings.policy()));
  }

  /** Reads at most so many changes of policies; whether there was any. */
  boolean readPolicies(int limit) {
    long end = Math.min(kafka.policies.end(), policiesRead + limit);
    boolean any = policiesRead < end;
    for (; policiesRead < end; policiesRead++) {
      PolicyChange change = kafka.policies.get(policiesRead).value();
      PolicyKey key = new PolicyKey(UserKey.DEFAULT_TENANT, change.name());
      Policy policy = change.policy();
      if (policy == null) {
        book.remove(key, policiesRead);
      } else {
        book.put(key, Mutations.policy(world.mutant, policy), policiesRead);
      }
    }
    return any;
  }

  /** Looks again at a few of those who wait, if policies changed; whether there was anyone. */
  boolean sweep() {
    boolean any = false;
    for (Task task : tasks.values()) {
      if (task.sweptVersion != book.version()) {
        task.sweptVersion = book.version();
        task.sweep = Keys.firstUser();
      }
      byte[] from = task.sweep;
      if (from != null && world.mutant != Mutant.POLICY_CHANGE_WAKES_NOBODY) {
        Sequencer.Waiting found = Sequencer.waiting(task.store, from, SWEEP_LIMIT);
        task.sweep = found.next();
        for (UserKey user : found.users()) {
          handle(task, null, -1, new Input(user, new UserEvent.Due()));
        }
        if (found.next() == null) {
          begin(task);
          BufferedBytes buffer = buffer(task, new UserEvent.Due());
          buffer.put(Task.SWEPT, ByteBuffer.allocate(8).putLong(task.sweptVersion).array());
          buffer.commit();
        }
        any = true;
      }
    }
    return any;
  }

  /** Takes up what it owns; gives up everything when it finds that it lost something. */
  void sync() {
    if (tasks.values().stream().anyMatch(t -> kafka.generation[t.partition] != t.generation)) {
      abandon();
    }
    for (int p = 0; p < kafka.partitions(); p++) {
      boolean settled =
          !kafka.hasPendingOffsets(p)
              && kafka.changelogs.get(p).lastStable() == kafka.changelogs.get(p).end();
      if (kafka.owner[p] == id && !tasks.containsKey(p) && settled) {
        Task task = Task.restore(kafka, p, world.plan.settings, book);
        world.checks.restored(task);
        tasks.put(p, task);
        world.trace.add("process", id, "restores partition", p);
      }
    }
  }

  /** Reads at most so many records of every partition; whether there was any. */
  boolean read(int limit) {
    boolean any = false;
    for (Task task : tasks.values()) {
      for (int i = 0; i < limit; i++) {
        if (!readOne(task)) {
          break;
        }
        any = true;
      }
    }
    return any;
  }

  private boolean readOne(Task task) {
    int p = task.partition;
    int first = world.random.nextInt(TOPICS.size());
    for (int i = 0; i < TOPICS.size(); i++) {
      Topic topic = TOPICS.get((first + i) % TOPICS.size());
      long offset = task.position(topic);
      switch (topic) {
        case MESSAGES -> {
          if (offset < kafka.messages.get(p).end()) {
            handle(task, topic, offset, kafka.messages.get(p).get(offset).value());
            return true;
          }
        }
        case SESSIONS -> {
          if (offset < kafka.sessions.get(p).end()) {
            handle(task, topic, offset, kafka.sessions.get(p).get(offset).value());
            return true;
          }
        }
        case SETTINGS -> {
          if (offset < kafka.settings.get(p).end()) {
            handle(task, topic, offset, kafka.settings.get(p).get(offset).value());
            return true;
          }
        }
        case ACKS -> {
          if (offset < kafka.acks.get(p).end()) {
            for (Input ack : kafka.acks.get(p).get(offset).value()) {
              handle(task, topic, offset, ack);
            }
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Wakes whoever is due; whether there was anyone. */
  boolean punctuate() {
    boolean any = false;
    for (Task task : tasks.values()) {
      long now = world.clock.wall;
      task.lowWater = Math.min(task.lowWater, now);
      List<DueUser> due = Sequencer.due(task.store, task.lowWater, now, DUE_LIMIT);
      for (DueUser user : due) {
        any = true;
        handle(task, null, -1, new Input(user.user(), new UserEvent.Due()));
      }
      task.lowWater = due.size() < DUE_LIMIT ? now : due.getLast().atMillis();
    }
    return any;
  }

  /** A wake-up that nobody asked for. */
  void wakeForNothing(UserKey user) {
    Task task = tasks.get(user.partition(kafka.partitions()));
    if (task != null) {
      handle(task, null, -1, new Input(user, new UserEvent.Due()));
    }
  }

  void purge() {
    for (Task task : tasks.values()) {
      begin(task);
      BufferedBytes buffer = buffer(task, new UserEvent.Due());
      task.sequencer.purgeDedupe(buffer, world.clock.wall, 10);
      buffer.commit();
    }
  }

  private void begin(Task task) {
    task.dirty = true;
    task.lowWater = Math.min(task.lowWater, world.clock.wall);
    if (txn == null && world.mutant != Mutant.AT_LEAST_ONCE) {
      txn = kafka.begin(id, world.clock.steady);
    }
  }

  private BufferedBytes buffer(Task task, UserEvent event) {
    FakeLog<Change> changelog = kafka.changelogs.get(task.partition);
    return new BufferedBytes(
        task.logged(
            (key, value) -> Mutations.state(world.mutant, event, task.store.get(key), key, value),
            change -> {
              boolean apart =
                  world.mutant == Mutant.SEPARATE_SEEN_FLAG && change.key()[0] == DEDUPE_KIND;
              outputs.append(changelog, change, apart ? null : txn);
            }));
  }

  private void handle(Task task, @Nullable Topic topic, long offset, Input input) {
    begin(task);
    int p = task.partition;
    UserKey user = input.user();
    UserRecord before = StoreReader.user(task.store, user);
    UserEvent event = Mutations.event(world.mutant, input.event(), before);
    BufferedBytes buffer = buffer(task, event);
    List<Effect> effects = new ArrayList<>();
    At at = new At(world.clock.wall, freshEpoch(p, topic, offset), world.pressure);
    task.sequencer.handle(
        buffer, user, event, at, e -> effects.add(Mutations.effect(world.mutant, event, e)));
    buffer.commit();
    if (topic != null) {
      task.positions.put(topic, offset + 1);
    }
    UserRecord after = StoreReader.user(task.store, user);
    world.trace.add("process", id, user, event, "->", effects);
    outputs.append(
        kafka.changelogs.get(p),
        kafka.facts.get(p),
        new Fact(
            user,
            p,
            event,
            topic == Topic.MESSAGES ? offset : -1,
            world.clock.wall,
            world.clock.forward,
            book.version(),
            world.pressure,
            before,
            after,
            effects),
        txn);
    effects.forEach(effect -> perform(p, user, before, after, effect));
  }

  private void perform(
      int p, UserKey user, @Nullable UserRecord before, @Nullable UserRecord after, Effect effect) {
    switch (effect) {
      case Effect.Attach e -> {
        long told = before == null ? 0 : Math.max(before.getLossFloor(), before.getFloor());
        inbox(new Command(user, e.session(), e, told));
      }
      case Effect.Deliver e -> inbox(new Command(user, e.session(), e, 0));
      case Effect.Kick e -> inbox(new Command(user, e.session(), e, 0));
      case Effect.Reset e ->
          inbox(new Command(user, e.session(), e, after == null ? 0 : after.getLossFloor()));
      case Effect.DeliverLive e ->
          outputs.append(
              kafka.lives.get(e.session().slot()), new Command(user, e.session(), e, 0), txn);
      case Effect.Ended e ->
          outputs.append(kafka.outcomes.get(p), new FakeKafka.Ended(user, e.outcome()), txn);
      case Effect.Duplicate _, Effect.Reached _ -> {}
    }
  }

  private void inbox(Command command) {
    outputs.append(kafka.inboxes.get(command.session().slot()), command, txn);
  }

  private long freshEpoch(int partition, @Nullable Topic topic, long offset) {
    long place = topic == null ? TOPICS.size() : topic.place;
    long seed = (kafka.rebuilds[partition] << 20) + (offset << 5) + (place << 2) + partition;
    return new SplittableRandom(seed).nextLong() | 1;
  }

  void commit() {
    if (world.mutant == Mutant.AT_LEAST_ONCE) {
      outputs.flush();
      for (Task task : dirty()) {
        if (kafka.generation[task.partition] == task.generation) {
          offsets(task).forEach(kafka::setCommitted);
        }
      }
      committed();
    } else if (txn != null) {
      for (Task task : dirty()) {
        txn.offsets.putAll(offsets(task));
      }
      if (kafka.commit(txn, generations()) == FakeKafka.Answer.FENCED) {
        world.trace.add("process", id, "is fenced");
        abandon();
      } else {
        txn = null;
        committed();
      }
    }
  }

  private List<Task> dirty() {
    return tasks.values().stream().filter(t -> t.dirty).toList();
  }

  private Map<Integer, Long> generations() {
    Map<Integer, Long> generations = new HashMap<>();
    dirty().forEach(t -> generations.put(t.partition, t.generation));
    return generations;
  }

  private static Map<Source, Long> offsets(Task task) {
    Map<Source, Long> offsets = new HashMap<>();
    for (Topic topic : Topic.values()) {
      offsets.put(new Source(topic, task.partition), task.position(topic));
    }
    return offsets;
  }

  private void committed() {
    for (Task task : tasks.values()) {
      task.dirty = false;
      world.checks.committed(task);
    }
  }

  /** Commits, and dies before it hears what became of it. */
  void commitAndDie(boolean arrived) {
    Txn current = txn;
    if (current != null) {
      dirty().forEach(task -> current.offsets.putAll(offsets(task)));
      kafka.commitUnknown(current, generations(), arrived);
    }
    die();
  }

  void flushSome() {
    outputs.flushSome(world.random);
  }

  void die() {
    world.trace.add("process", id, "dies");
    alive = false;
    outputs.lose();
    tasks.clear();
    txn = null;
  }

  void restart() {
    alive = true;
    book = emptyBook();
    policiesRead = 0;
    readPolicies(Integer.MAX_VALUE); // before it begins
    kafka.initTransactions(id);
  }

  /** Aborts and gives everything up, to begin anew from what is committed. */
  void abandon() {
    world.trace.add("process", id, "aborts");
    if (txn != null) {
      kafka.abort(txn);
      txn = null;
    }
    outputs.lose();
    tasks.clear();
  }

  /** Hands a partition over in peace. */
  void giveUp(int partition) {
    commit();
    tasks.remove(partition);
  }
}
