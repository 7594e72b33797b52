package io.tidegate.fanout.topology;

import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.statestore.StoreKind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * messages, sessions, acks, users, members → one processor with one store → inbox, outcomes,
 * presence, dead letters, and messages again: those that lie in the wrong partition, and those for
 * many to every partition. Beside it, outside the transactions: live.
 */
public final class FanoutTopology {
  public static final String STORE = "users";

  static final String INBOX = "inbox";
  static final String OUTCOMES = "outcomes";
  static final String PRESENCE = "presence";
  static final String DEAD_LETTERS = "dead-letters";
  static final String AGAIN = "messages-again";
  static final String COPIES = "messages-copies";

  /** A record's key, and the partition that it is to lie in whatever the key says. */
  record Placed(int partition, byte[] key) {}

  private static final long MOST_RARE_MILLIS = 1_000;

  private static final String PROCESSOR = "sequencer";

  /** Entries are deleted as soon as they are delivered, so the log is mostly for the cleaner. */
  private static final Map<String, String> CHANGELOG =
      Map.of("segment.bytes", "67108864", "min.cleanable.dirty.ratio", "0.2");

  private final Topics topics;
  private final int partitions;
  private final StoreKind storeKind;
  private final Supplier<UserHandler> handlers;
  private final LiveSender live;
  private final Duration commitInterval;
  private final FanoutMetrics metrics;

  /** The longest that what was written waits for its commit. */
  public static Duration longestCommit(Duration commitInterval) {
    return commitInterval.multipliedBy(CommitPace.MOST_INTERVALS);
  }

  /**
   * How long Streams is to wait for a commit where nobody asks for one: well above the longest, or
   * a second, because a commit that was asked for does not put off Streams' own.
   */
  public static Duration commitsAtLast(Duration commitInterval) {
    long longest = longestCommit(commitInterval).toMillis();
    return Duration.ofMillis(
        Math.max(longest, Math.min(longest * CommitPace.MOST_INTERVALS, MOST_RARE_MILLIS)));
  }

  /**
   * @param partitions how many {@code tidegate.messages} has
   * @param handlers makes one for each task each time it gets its store
   * @param commitInterval from the first record that is written to its commit, where there is
   *     little to do
   */
  public FanoutTopology(
      Topics topics,
      int partitions,
      StoreKind storeKind,
      Supplier<UserHandler> handlers,
      LiveSender live,
      Duration commitInterval,
      FanoutMetrics metrics) {
    this.topics = topics;
    this.partitions = partitions;
    this.storeKind = storeKind;
    this.handlers = handlers;
    this.live = live;
    this.commitInterval = commitInterval;
    this.metrics = metrics;
  }

  public Topology build() {
    Topology topology = new Topology();
    source(topology, "messages", EventTimes.MESSAGES, topics.messages());
    source(topology, "sessions", EventTimes.FIRST, topics.sessions());
    source(topology, "acks", EventTimes.FIRST, topics.acks());
    source(topology, "settings", EventTimes.FIRST, topics.users());
    source(topology, "members", EventTimes.FIRST, topics.members());
    ProcessorSupplier<byte[], byte[], Object, byte[]> processors =
        () -> new UserProcessor(topics, partitions, handlers, live, commitInterval, metrics);
    topology.addProcessor(
        PROCESSOR, processors, "messages", "sessions", "acks", "settings", "members");
    topology.addStateStore(store(), PROCESSOR);

    // The key is there for the partitioner only; on the topic the partition says it.
    Serializer<Integer> noKey = (topic, slot) -> null;
    Serializer<byte[]> bytes = new ByteArraySerializer();
    topology.addSink(INBOX, topics.inbox(), noKey, bytes, slots(), PROCESSOR);
    topology.addSink(OUTCOMES, topics.outcomes(), bytes, bytes, PROCESSOR);
    topology.addSink(PRESENCE, topics.presence(), bytes, bytes, PROCESSOR);
    topology.addSink(DEAD_LETTERS, topics.deadLetters(), bytes, bytes, PROCESSOR);
    topology.addSink(AGAIN, topics.messages(), bytes, bytes, byKey(), PROCESSOR);
    Serializer<Placed> placed = (topic, key) -> key.key();
    topology.addSink(COPIES, topics.messages(), placed, bytes, asPlaced(), PROCESSOR);
    return topology;
  }

  /** As Kafka's default partitioner, also where Kafka would not use it. */
  static StreamPartitioner<byte[], byte[]> byKey() {
    return (topic, key, value, count) -> Optional.of(Set.of(UserKey.partition(key, count)));
  }

  private static StreamPartitioner<Placed, byte[]> asPlaced() {
    return (topic, key, value, count) -> Optional.of(Set.of(key.partition()));
  }

  /**
   * A slot is a partition. A record for a slot that the topic lacks is dropped: it is for a worker
   * that cannot read it, and what it carried stays in the mailbox.
   */
  private StreamPartitioner<Integer, byte[]> slots() {
    return (topic, slot, value, count) -> {
      if (slot < count) {
        return Optional.of(Set.of(slot));
      }
      metrics.beyondSlots();
      return Optional.of(Set.of());
    };
  }

  private static void source(Topology topology, String name, EventTimes times, String topic) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        name,
        times,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic);
  }

  private StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
    return Stores.keyValueStoreBuilder(
            storeKind.supplier(STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }
}
