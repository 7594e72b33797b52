package io.tidegate.fanout.simulation;

import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.simulation.Txn.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Topics, transactions, committed offsets, and which process owns which partition. A commit of a
 * process that has lost a partition is fenced, as the consumer group's generation does.
 */
final class FakeKafka {
  record Ended(UserKey user, Outcome outcome) {}

  /** The answer to a commit. */
  enum Answer {
    COMMITTED,
    FENCED
  }

  final List<FakeLog<Sent>> messages = new ArrayList<>();
  final List<FakeLog<Input>> sessions = new ArrayList<>();
  final List<FakeLog<Input>> settings = new ArrayList<>();
  final List<FakeLog<MemberChange>> members = new ArrayList<>();
  final List<FakeLog<List<Input>>> acks = new ArrayList<>();
  final List<FakeLog<Change>> changelogs = new ArrayList<>();
  final List<FakeLog<Ended>> outcomes = new ArrayList<>();
  final List<FakeLog<Happened>> facts = new ArrayList<>();
  final List<FakeLog<Command>> inboxes = new ArrayList<>();
  final List<FakeLog<Command>> lives = new ArrayList<>();
  final FakeLog<Integer> workers = new FakeLog<>();
  final FakeLog<PolicyChange> policies = new FakeLog<>();

  /** Where the life of each partition's state begins in its changelog. */
  final long[] changelogStart;

  /** How often each partition's state was lost. */
  final int[] rebuilds;

  /** The owner of each partition; -1 for none. */
  final int[] owner;

  /** Rises with every change of owner. */
  final long[] generation;

  private final Map<Source, Long> committed = new HashMap<>();
  private final List<Txn> unfinished = new ArrayList<>();

  FakeKafka(int partitions, int slots) {
    for (int i = 0; i < partitions; i++) {
      messages.add(new FakeLog<>());
      sessions.add(new FakeLog<>());
      settings.add(new FakeLog<>());
      members.add(new FakeLog<>());
      acks.add(new FakeLog<>());
      changelogs.add(new FakeLog<>());
      outcomes.add(new FakeLog<>());
      facts.add(new FakeLog<>());
    }
    for (int i = 0; i < slots; i++) {
      inboxes.add(new FakeLog<>());
      lives.add(new FakeLog<>());
    }
    changelogStart = new long[partitions];
    rebuilds = new int[partitions];
    owner = new int[partitions];
    generation = new long[partitions];
    Arrays.fill(owner, -1);
  }

  int partitions() {
    return owner.length;
  }

  long committed(Source source) {
    return committed.getOrDefault(source, 0L);
  }

  void setCommitted(Source source, long offset) {
    committed.put(source, offset);
  }

  void assign(int partition, int process) {
    owner[partition] = process;
    generation[partition]++;
  }

  Txn begin(int process, long steady) {
    Txn txn = new Txn(process, steady);
    unfinished.add(txn);
    return txn;
  }

  Answer commit(Txn txn, Map<Integer, Long> generations) {
    if (isFenced(txn, generations)) {
      abort(txn);
      return Answer.FENCED;
    }
    finish(txn, true);
    return Answer.COMMITTED;
  }

  /** The commit is decided or not, but nobody hears of it yet. */
  void commitUnknown(Txn txn, Map<Integer, Long> generations, boolean arrived) {
    if (isFenced(txn, generations)) {
      abort(txn);
    } else if (arrived) {
      txn.state = Txn.State.PREPARED;
    }
  }

  private boolean isFenced(Txn txn, Map<Integer, Long> generations) {
    boolean stale =
        generations.entrySet().stream().anyMatch(g -> generation[g.getKey()] != g.getValue());
    return stale || txn.state != Txn.State.OPEN;
  }

  void abort(Txn txn) {
    if (txn.state == Txn.State.OPEN) {
      finish(txn, false);
    }
  }

  /** Finishes what is decided, and aborts what is older than the transaction timeout. */
  void resolve(long steady, long timeoutMillis) {
    for (Txn txn : List.copyOf(unfinished)) {
      if (txn.state == Txn.State.PREPARED) {
        finish(txn, true);
      } else if (steady - txn.startedSteady >= timeoutMillis) {
        abort(txn);
      }
    }
  }

  /** A process that starts ends what its predecessor left. */
  void initTransactions(int process) {
    for (Txn txn : List.copyOf(unfinished)) {
      if (txn.owner == process) {
        if (txn.state == Txn.State.PREPARED) {
          finish(txn, true);
        } else {
          abort(txn);
        }
      }
    }
  }

  /** Whether a transaction with offsets of the partition is decided but not finished. */
  boolean hasPendingOffsets(int partition) {
    return unfinished.stream()
        .anyMatch(
            t ->
                t.state == Txn.State.PREPARED
                    && t.offsets.keySet().stream().anyMatch(s -> s.partition() == partition));
  }

  boolean hasUnfinished() {
    return !unfinished.isEmpty();
  }

  private void finish(Txn txn, boolean commit) {
    txn.state = commit ? Txn.State.COMMITTED : Txn.State.ABORTED;
    unfinished.remove(txn);
    if (commit) {
      committed.putAll(txn.offsets);
    }
  }
}
