package io.tidegate.cli.bench;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.statestore.BoundedRocksDb;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The least that a fan-out of one Streams thread could do: every message of a topic is copied to an
 * inbox, exactly once, without a state: one record in, one of about the same size out, and no
 * outcome. With the Streams settings of the real one that matter for its speed.
 *
 * <p>Or with a store, and as many and as large writes to it for each message as fan-out has: what
 * Streams takes for those, without anything being decided or read.
 */
final class PassThrough implements Lane {
  static final String NAME = "pass-through";
  private static final String STORE = "store";

  private final String name;
  private final @Nullable StoreKind store;
  private final BenchKafka kafka;
  private final List<UserKey> users;
  private final Properties properties;
  private final KafkaConsumer<byte[], byte[]> inbox;

  /**
   * @param store null for none
   */
  PassThrough(
      String bootstrap, Path folder, List<UserKey> users, int partitions, @Nullable StoreKind store)
      throws Exception {
    this.store = store;
    this.name = store == null ? NAME : NAME + "-" + store.name().toLowerCase(Locale.ROOT);
    this.users = users;
    this.kafka = new BenchKafka(bootstrap, name, partitions);
    this.inbox = kafka.consumer(kafka.topics.inbox(), 1);
    this.properties = properties(bootstrap, folder);
  }

  private Properties properties(String bootstrap, Path folder) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    p.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(name).toString());
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 15);
    p.put(StreamsConfig.producerPrefix("linger.ms"), 15);
    p.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
    p.put(StreamsConfig.producerPrefix("retry.backoff.ms"), 5);
    p.put(StreamsConfig.POLL_MS_CONFIG, 10);
    p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 128);
    p.put(StreamsConfig.mainConsumerPrefix("max.poll.records"), 500);
    p.put(StreamsConfig.mainConsumerPrefix("fetch.max.bytes"), 16 * 1024 * 1024);
    p.put(StreamsConfig.mainConsumerPrefix("max.partition.fetch.bytes"), 32 * 1024);
    p.put(StreamsConfig.mainConsumerPrefix("auto.offset.reset"), "earliest");
    // As the real one's, or each start would wait until the last one's session is over.
    p.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), "bench");
    p.put(StreamsConfig.mainConsumerPrefix("session.timeout.ms"), 6_000);
    return p;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int most() {
    return 1_000_000;
  }

  @Override
  public LaneRun run(int messages) throws Exception {
    long before = kafka.committed(name);
    kafka.offer(messages, users);
    LaneRun run;
    try (KafkaStreams streams = new KafkaStreams(topology(), properties)) {
      streams.start();
      run = new LaneMeter(kafka, name, inbox).measure(before, messages, _ -> 1);
    }
    kafka.forget();
    return run;
  }

  private Topology topology() {
    StreamPartitioner<byte[], byte[]> first = (_, _, _, _) -> Optional.of(Set.of(0));
    Topology topology = new Topology();
    topology.addSource(
        "messages",
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        kafka.topics.messages());
    if (store != null) {
      topology.addProcessor("writes", Writes::new, "messages");
      topology.addStateStore(
          Stores.keyValueStoreBuilder(store.supplier(STORE), Serdes.Bytes(), Serdes.ByteArray())
              .withCachingDisabled(),
          "writes");
    }
    topology.addSink(
        "inbox",
        kafka.topics.inbox(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        first,
        store == null ? "messages" : "writes");
    return topology;
  }

  /** A user's state, an id for dedupe and an entry of a mailbox. */
  private static final class Writes extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private static final byte[] STATE = new byte[120];
    private static final int ENTRY_BYTES = 100;

    private long count;

    @Override
    public void process(Record<byte[], byte[]> record) {
      KeyValueStore<Bytes, byte[]> store = context().getStateStore(STORE);
      byte[] user = record.key();
      byte[] value = record.value();
      count++;
      store.put(key(1, user, 0), STATE);
      store.put(key(7, new byte[0], 24), new byte[0]);
      store.put(key(4, user, 8), Arrays.copyOf(value, value.length + ENTRY_BYTES));
      context().forward(record);
    }

    private Bytes key(int kind, byte[] user, int more) {
      ByteBuffer key = ByteBuffer.allocate(1 + user.length + more).put((byte) kind).put(user);
      if (more >= Long.BYTES) {
        key.putLong(count);
      }
      return Bytes.wrap(key.array());
    }
  }

  @Override
  public void close() {
    inbox.close();
    kafka.close();
  }
}
