package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Follows the committed records of every topic, as a reader of them all that makes no mistakes. */
final class Checks {
  private final World world;
  private final FakeKafka kafka;
  private final Ledger ledger = new Ledger();
  private final SeqBook seqs = new SeqBook();
  private final FactChecks facts;
  private final GroupChecks groups;
  final Minimums minimums = new Minimums();
  final Refusals refusals = new Refusals();
  private final TreeBytes[] images;
  private final long[] changes;
  private final long[] events;
  private final long[] ends;
  private int commits;

  Checks(World world) {
    this.world = world;
    this.kafka = world.kafka;
    HeldPolicies policies = new HeldPolicies(world.plan.settings.policy(), kafka.policies);
    this.groups = new GroupChecks(world, policies, ledger);
    this.facts = new FactChecks(world, policies, ledger, seqs, minimums, refusals, groups);
    int partitions = kafka.partitions();
    images = new TreeBytes[partitions];
    Arrays.setAll(images, _ -> new TreeBytes());
    changes = new long[partitions];
    events = new long[partitions];
    ends = new long[partitions];
  }

  /** A store was restored from its changelog. */
  void restored(Task task) {
    follow(task.partition);
    same(task);
    whole(task.partition);
  }

  /** A process committed and goes on with its store. */
  void committed(Task task) {
    int p = task.partition;
    if (kafka.generation[p] != task.generation || !follow(p)) {
      return;
    }
    if (commits++ % 8 == 0) {
      same(task);
      whole(p);
    }
  }

  /** Takes in what was committed; false if something unfinished is in the way. */
  boolean follow(int p) {
    FakeLog<Happened> factLog = kafka.facts.get(p);
    for (; events[p] < factLog.lastStable(); events[p]++) {
      FakeLog.Rec<Happened> happened = factLog.get(events[p]);
      if (happened.isReadable()) {
        switch (happened.value()) {
          case Fact fact -> facts.check(fact);
          case GroupFact fact -> groups.check(p, fact, facts.known());
        }
      }
    }
    FakeLog<FakeKafka.Ended> outcomes = kafka.outcomes.get(p);
    for (; events[p] == factLog.end() && ends[p] < outcomes.lastStable(); ends[p]++) {
      FakeLog.Rec<FakeKafka.Ended> ended = outcomes.get(ends[p]);
      if (ended.isReadable()) {
        ledger.end(ended.value().user(), ended.value().outcome().messageId());
      }
    }
    FakeLog<Change> changelog = kafka.changelogs.get(p);
    for (; changes[p] < changelog.lastStable(); changes[p]++) {
      FakeLog.Rec<Change> change = changelog.get(changes[p]);
      if (change.isReadable()) {
        Task.apply(images[p], change.value());
      }
    }
    return events[p] == factLog.end() && ends[p] == outcomes.end() && changes[p] == changelog.end();
  }

  /** Everything that must hold in a committed store. */
  StoreChecks whole(int p) {
    StoreChecks store = new StoreChecks(images[p]);
    if (events[p] == kafka.facts.get(p).end() && ends[p] == kafka.outcomes.get(p).end()) {
      groups.balance(p, store.groups);
      for (UserKey user : world.users) {
        if (user.partition(kafka.partitions()) == p) {
          StoreChecks.Contents contents = store.contents.get(user);
          ledger.balance(user, contents == null ? Map.of() : contents.ids);
        }
      }
    }
    return store;
  }

  /** Nothing happens any more unless time goes on. */
  void atRest() {
    for (int p = 0; p < kafka.partitions(); p++) {
      whole(p).users.forEach(facts::atRest);
    }
  }

  /** Nothing is under way any more. */
  void allIsDone() {
    Set<Named> originals = new HashSet<>();
    for (int p = 0; p < kafka.partitions(); p++) {
      originals.addAll(forMany(p, ForMany.ORIGINAL));
    }
    for (int p = 0; p < kafka.partitions(); p++) {
      Violation.unless(
          forMany(p, p).equals(originals), 24, "not every message for many is copied to ", p);
      groups.allHaveCome(p);
    }
  }

  /** What names a message for many. */
  private record Named(Recipient to, String id) {}

  private Set<Named> forMany(int p, int copy) {
    Set<Named> found = new HashSet<>();
    FakeLog<Sent> log = kafka.messages.get(p);
    for (long i = 0; i < log.end(); i++) {
      if (log.get(i).isReadable()
          && log.get(i).value() instanceof ForMany(Recipient to, Message message, int of)
          && of == copy) {
        found.add(new Named(to, message.id()));
      }
    }
    return found;
  }

  private void same(Task task) {
    byte[] from = {0};
    byte[] to = {(byte) 0xFF};
    try (SortedBytes.Range mine = task.store.range(from, to);
        SortedBytes.Range logged = images[task.partition].range(from, to)) {
      while (true) {
        boolean more = mine.next();
        Violation.unless(more == logged.next(), 28, "store and changelog differ in size");
        if (!more) {
          return;
        }
        Violation.unless(
            Arrays.equals(mine.key(), logged.key()) && Arrays.equals(mine.value(), logged.value()),
            28,
            "store and changelog differ");
      }
    }
  }

  /** A client showed a message. */
  void shown(UserKey user, long epoch, long seq, String id) {
    seqs.shown(user, epoch, seq, id);
  }

  /** A worker knows where its inbox ends; nothing for its incarnation may lie before that. */
  void positionCaptured(int slot, long incarnation, long position) {
    FakeLog<Command> inbox = kafka.inboxes.get(slot);
    for (long i = 0; i < position; i++) {
      SessionRef session = inbox.get(i).value().session();
      Violation.unless(
          incarnation < 0 || session.incarnation() != incarnation || inbox.get(i).isAborted(),
          14,
          session,
          " was answered before its worker listened");
    }
  }

  /** The state of a partition is lost; what was, is not held against it. */
  void rebuilt(int p) {
    images[p] = new TreeBytes();
    changes[p] = kafka.changelogStart[p];
    groups.rebuilt(p);
    for (UserKey user : world.users) {
      if (user.partition(kafka.partitions()) == p) {
        ledger.forget(user);
        facts.forget(user);
        minimums.forget(user);
      }
    }
  }
}
