package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.DueUser;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.simulation.Txn.Source;
import io.tidegate.fanout.simulation.Txn.Topic;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One fan-out process: reads, runs the real sequencer, writes, commits. */
final class FanOut {
  private static final int DUE_LIMIT = 16;
  private static final int SWEEP_LIMIT = 2;
  private static final int PURGE_LIMIT = 10;

  final int id;
  boolean alive = true;
  private final World world;
  private final FakeKafka kafka;
  final Outputs outputs;
  private final Handling handling;
  private final Bringer bringer;
  private final Reading reading;
  private final Map<Integer, Task> tasks = new TreeMap<>();
  private @Nullable Txn txn;
  private PolicyBook book;
  private long policiesRead;

  FanOut(int id, World world) {
    this.id = id;
    this.world = world;
    this.kafka = world.kafka;
    this.outputs = new Outputs(world.mutant != Mutant.AT_LEAST_ONCE);
    this.handling = new Handling(this, world);
    this.bringer = new Bringer(this, world, handling);
    this.reading = new Reading(world, handling, bringer);
    this.book = emptyBook();
  }

  /** The transaction that is open, if there is one. */
  @Nullable Txn txn() {
    return txn;
  }

  PolicyBook policies() {
    return book;
  }

  long policyVersion() {
    return book.version();
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
          handling.wake(task, user);
        }
        if (found.next() == null) {
          begin(task);
          byte[] version = ByteBuffer.allocate(8).putLong(task.sweptVersion).array();
          handling.store(task, new UserEvent.Due()).put(Task.SWEPT, version);
        }
        any = true;
      }
    }
    return any;
  }

  /** Looks at a few of those who may have a session of a worker that is gone; whether any had. */
  boolean endLostSessions() {
    boolean any = false;
    Map<Integer, Long> incarnations = new HashMap<>();
    for (long i = 0; i < kafka.workers.end(); i++) {
      incarnations.put(kafka.workers.get(i).value(), i);
    }
    for (Task task : tasks.values()) {
      Sequencer.Waiting found =
          task.sequencer.toLookAt(task.store, Keys.firstOnline(), Integer.MAX_VALUE, incarnations);
      for (UserKey user : found.users()) {
        handling.taken(task, user, incarnations);
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
        task.open(bringer.open(task));
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
        if (!reading.readOne(task)) {
          break;
        }
        any = true;
      }
    }
    return any;
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
        handling.wake(task, user.user());
      }
      task.lowWater = due.size() < DUE_LIMIT ? now : due.getLast().atMillis();
    }
    return any;
  }

  /** A wake-up that nobody asked for. */
  void wakeForNothing(UserKey user) {
    Task task = tasks.get(user.partition(kafka.partitions()));
    if (task != null) {
      handling.wake(task, user);
    }
  }

  /** Forgets old message ids, a few at a time; whether there were any. */
  boolean purge() {
    boolean any = false;
    for (Task task : tasks.values()) {
      begin(task);
      SortedBytes store = handling.store(task, new UserEvent.Due());
      any |= task.sequencer.purgeDedupe(store, world.clock.wall, PURGE_LIMIT) > 0;
    }
    return any;
  }

  /** Brings messages for many to at most so many users; whether there were any under way. */
  boolean goOn(int limit) {
    boolean any = false;
    for (Task task : tasks.values()) {
      any |= bringer.goOn(task, limit);
    }
    return any;
  }

  /** When to go on with messages for many, epoch milliseconds; {@link Message#NEVER} for never. */
  long goOnMillis() {
    return tasks.values().stream().mapToLong(Bringer::dueMillis).min().orElse(Message.NEVER);
  }

  /** The task is about to write. */
  void begin(Task task) {
    task.dirty = true;
    task.lowWater = Math.min(task.lowWater, world.clock.wall);
    if (txn == null && world.mutant != Mutant.AT_LEAST_ONCE) {
      txn = kafka.begin(id, world.clock.steady);
    }
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
