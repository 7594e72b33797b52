package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of their own for one part of a bench, what is written to them, and what is read back. */
final class BenchKafka implements AutoCloseable {
  private static final byte[] PAYLOAD = ("{\"text\":\"" + "x".repeat(100) + "\"}").getBytes(UTF_8);

  final Topics topics;
  private final String kafka;
  private final Admin admin;
  final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param name of the topics' prefix
   */
  BenchKafka(String kafka, String name, int partitions) throws Exception {
    this.kafka = kafka;
    this.topics = new Topics(name.replaceAll("[^a-z]+", "-"));
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(kafka))) {
      admin.create(new TopicPlan(topics, partitions, 1));
    }
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka));
    ByteArraySerializer bytes = new ByteArraySerializer();
    this.producer =
        new KafkaProducer<>(Map.of("bootstrap.servers", kafka, "linger.ms", 20), bytes, bytes);
  }

  KafkaConsumer<byte[], byte[]> consumer(String topic, int partitions) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka,
                "isolation.level",
                "read_committed",
                // Where what was read is deleted, a position before the last marker is none.
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                10_000),
            bytes,
            bytes);
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    return consumer;
  }

  /** A message of 100 characters of text for each of {@code users} in turn. */
  void offer(int messages, List<UserKey> users) {
    for (int i = 0; i < messages; i++) {
      UserKey user = users.get(i % users.size());
      Message message =
          new Message(
              UUID.randomUUID().toString(),
              "/bench",
              "bench",
              System.currentTimeMillis(),
              Urgency.NORMAL,
              Message.NEVER,
              0,
              null,
              "news",
              "application/json",
              null,
              PAYLOAD);
      var _ =
          producer.send(
              new ProducerRecord<>(
                  topics.messages(),
                  null,
                  user.toBytes(),
                  PAYLOAD,
                  CloudEventCodec.headers(user, message)));
    }
    producer.flush();
  }

  void session(UserKey user, SessionRecord record) {
    var _ =
        producer.send(
            new ProducerRecord<>(topics.sessions(), user.toBytes(), record.toByteArray()));
  }

  /** The {@code n}th user's phone connects. */
  static SessionRecord up(int n) {
    return SessionRecord.newBuilder()
        .setSession(session(n))
        .setUp(
            SessionUp.newBuilder()
                .setDevice("phone")
                .setWindow(1_000)
                .setSaidMillis(System.currentTimeMillis()))
        .build();
  }

  static SessionId session(int n) {
    return SessionId.newBuilder().setSlot(0).setIncarnation(1).setN(n + 1L).build();
  }

  /** The sum of the offsets up to which an application has taken messages; 0 if it has none. */
  long committed(String application) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get();
    long sum = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each : offsets.entrySet()) {
      if (each.getKey().topic().equals(topics.messages()) && each.getValue() != null) {
        sum += each.getValue().offset();
      }
    }
    return sum;
  }

  /** Has the broker drop all messages and what became of them, so that disk and cache stay free. */
  void forget() throws Exception {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    List<String> names = List.of(topics.messages(), topics.inbox(), topics.outcomes());
    for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        all.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
      }
    }
    Map<TopicPartition, RecordsToDelete> ends = new HashMap<>();
    admin
        .listOffsets(all)
        .all()
        .get()
        .forEach(
            (partition, end) -> ends.put(partition, RecordsToDelete.beforeOffset(end.offset())));
    admin.deleteRecords(ends).all().get();
  }

  interface Count {
    int of(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  /**
   * Reads until {@code wanted} are counted; says how many came a second, without the first poll.
   */
  static double rate(KafkaConsumer<byte[], byte[]> from, long wanted, Count count)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    long seen = 0;
    long first = 0;
    long start = 0;
    while (seen < wanted) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("only " + seen + " of " + wanted + " in ten minutes");
      }
      for (ConsumerRecord<byte[], byte[]> record : from.poll(Duration.ofMillis(20))) {
        seen += count.of(record);
      }
      if (first == 0 && seen > 0) {
        first = seen;
        start = System.nanoTime();
      }
    }
    return (seen - first) * 1e9 / (System.nanoTime() - start);
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
