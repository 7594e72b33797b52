package io.tidegate.cli.bench;

import io.tidegate.contract.UserKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The least that a fan-out of one Streams thread could do: every message of a topic is copied to an
 * inbox, exactly once, without a state: one record in, one of about the same size out, and no
 * outcome. With the Streams settings of the real one that matter for its speed.
 */
final class PassThrough implements Lane {
  static final String NAME = "pass-through";

  private final BenchKafka kafka;
  private final List<UserKey> users;
  private final Properties properties;
  private final KafkaConsumer<byte[], byte[]> inbox;

  PassThrough(String bootstrap, Path folder, List<UserKey> users, int partitions) throws Exception {
    this.users = users;
    this.kafka = new BenchKafka(bootstrap, NAME, partitions);
    this.inbox = kafka.consumer(kafka.topics.inbox(), 1);
    this.properties = properties(bootstrap, folder);
  }

  private static Properties properties(String bootstrap, Path folder) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, NAME);
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    p.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(NAME).toString());
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
    return NAME;
  }

  @Override
  public int most() {
    return 1_000_000;
  }

  @Override
  public LaneRun run(int messages) throws Exception {
    long before = kafka.committed(NAME);
    kafka.offer(messages, users);
    LaneRun run;
    try (KafkaStreams streams = new KafkaStreams(topology(), properties)) {
      streams.start();
      run = new LaneMeter(kafka, NAME, inbox).measure(before, messages, _ -> 1);
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
    topology.addSink(
        "inbox",
        kafka.topics.inbox(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        first,
        "messages");
    return topology;
  }

  @Override
  public void close() {
    inbox.close();
    kafka.close();
  }
}
