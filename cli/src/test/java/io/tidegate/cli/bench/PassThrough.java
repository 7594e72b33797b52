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
 * inbox, exactly once, without a state. With the Streams settings of the real one that matter for
 * its speed.
 */
final class PassThrough implements AutoCloseable {
  private final BenchKafka kafka;
  private final int messages;
  private final List<UserKey> users;
  private final Properties properties;
  private final KafkaConsumer<byte[], byte[]> inbox;

  PassThrough(String bootstrap, Path folder, int messages, List<UserKey> users, int partitions)
      throws Exception {
    this.messages = messages;
    this.users = users;
    this.kafka = new BenchKafka(bootstrap, "pass-through", partitions);
    this.inbox = kafka.consumer(kafka.topics.inbox(), 1);
    this.properties = properties(bootstrap, folder);
  }

  private static Properties properties(String bootstrap, Path folder) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, "pass-through");
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    p.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("pass-through").toString());
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 15);
    p.put(StreamsConfig.producerPrefix("linger.ms"), 15);
    p.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
    p.put(StreamsConfig.producerPrefix("retry.backoff.ms"), 5);
    p.put(StreamsConfig.POLL_MS_CONFIG, 10);
    p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 128);
    p.put(StreamsConfig.mainConsumerPrefix("max.poll.records"), 500);
    p.put(StreamsConfig.mainConsumerPrefix("max.partition.fetch.bytes"), 32 * 1024);
    p.put(StreamsConfig.mainConsumerPrefix("auto.offset.reset"), "earliest");
    return p;
  }

  /** Messages a second, from the first to come to the last. */
  double rate() throws Exception {
    kafka.offer(messages, users);
    try (KafkaStreams streams = new KafkaStreams(topology(), properties)) {
      streams.start();
      return BenchKafka.rate(inbox, messages, _ -> 1);
    }
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
