package io.tidegate.fanout.simulation;

import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.simulation.Txn.Source;
import io.tidegate.fanout.simulation.Txn.Topic;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One partition in the hands of one fan-out process: its store, and how far it has read. */
final class Task {
  /** Where the shell keeps for which policies it has looked at everyone. */
  static final byte[] SWEPT = {StoreReader.SWEPT};

  final int partition;
  final long generation;
  final TreeBytes store;
  final Map<Topic, Long> positions = new EnumMap<>(Topic.class);

  /** Nothing in the due index is earlier. */
  long lowWater;

  /** One for the life of the store, as it knows things of it that are not in it. */
  final Sequencer sequencer;

  private @Nullable Expansions expansions;

  /** Where to go on to look at users again because policies changed; null: not at all. */
  byte @Nullable [] sweep;

  /** The policies that the sweep is or was for. */
  long sweptVersion;

  /** Something was read since the last commit. */
  boolean dirty;

  private Task(
      int partition,
      long generation,
      TreeBytes store,
      SequencerSettings settings,
      PolicyBook policies) {
    this.partition = partition;
    this.generation = generation;
    this.store = store;
    byte[] swept = store.get(SWEPT);
    this.sweptVersion = swept == null ? -1 : ByteBuffer.wrap(swept).getLong();
    this.sequencer = new Sequencer(settings, policies);
  }

  /** Messages for many, once for the life of the store. */
  void open(Expansions opened) {
    expansions = opened;
  }

  Expansions expansions() {
    return Objects.requireNonNull(expansions, "not opened");
  }

  long position(Topic topic) {
    return positions.getOrDefault(topic, 0L);
  }

  /** As the changelog and the committed offsets say. */
  static Task restore(
      FakeKafka kafka, int partition, SequencerSettings settings, PolicyBook policies) {
    TreeBytes store = new TreeBytes();
    FakeLog<Change> changelog = kafka.changelogs.get(partition);
    for (long i = kafka.changelogStart[partition]; i < changelog.end(); i++) {
      FakeLog.Rec<Change> change = changelog.get(i);
      if (change.isReadable()) {
        apply(store, change.value());
      }
    }
    Task task = new Task(partition, kafka.generation[partition], store, settings, policies);
    for (Topic topic : Topic.values()) {
      task.positions.put(topic, kafka.committed(new Source(topic, partition)));
    }
    return task;
  }

  static void apply(TreeBytes store, Change change) {
    if (change.value() == null) {
      store.delete(change.key());
    } else {
      store.put(change.key(), change.value());
    }
  }

  /**
   * The store with every write going to the changelog too.
   *
   * @param written what is really written for a key and a value
   */
  SortedBytes logged(BinaryOperator<byte[]> written, Consumer<Change> changelog) {
    return new SortedBytes() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return store.get(key);
      }

      @Override
      public void put(byte[] key, byte[] value) {
        byte[] really = written.apply(key, value);
        store.put(key, really);
        changelog.accept(new Change(key, really));
      }

      @Override
      public void delete(byte[] key) {
        store.delete(key);
        changelog.accept(new Change(key, null));
      }

      @Override
      public Range range(byte[] from, byte[] to) {
        return store.range(from, to);
      }
    };
  }
}
