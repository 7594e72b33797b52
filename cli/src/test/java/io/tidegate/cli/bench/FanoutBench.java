package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.topology.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What one fan-out thread can do, with the embedded broker on the same machine: messages that lie
 * in Kafka already to sessions that are there (released, in the inbox, committed), and then acks of
 * all of them (outcomes, committed). Each round starts the service anew in the same JVM; the first
 * warms up.
 *
 * <p>Arguments: messages a round, users, partitions, rounds.
 */
public final class FanoutBench implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;

  private final int messages;
  private final int partitions;
  private final List<UserKey> users;
  private final Path folder;
  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final KafkaConsumer<byte[], byte[]> outcomes;
  private final Map<String, Long> epochs = new HashMap<>();
  private final Map<String, Long> heads = new HashMap<>();

  private FanoutBench(int messages, int users, int partitions, DataFolder data) throws Exception {
    this.messages = messages;
    this.partitions = partitions;
    this.users = IntStream.range(0, users).mapToObj(u -> new UserKey("default", "u" + u)).toList();
    this.folder = data.path();
    this.broker = EmbeddedBroker.start(data, 0);
    try (TopicAdmin admin = TopicAdmin.connect(broker.bootstrapServers())) {
      admin.create(new TopicPlan(TOPICS, partitions, 1));
    }
    ByteArraySerializer bytes = new ByteArraySerializer();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 20), bytes, bytes);
    this.inbox = consumer(TOPICS.inbox(), 1);
    this.outcomes = consumer(TOPICS.outcomes(), partitions);
  }

  public static void main(String[] args) throws Exception {
    int messages = Integer.parseInt(args[0]);
    int users = Integer.parseInt(args[1]);
    int partitions = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Path temporary = Files.createTempDirectory("tidegate-bench");
    try (DataFolder data = DataFolder.open(temporary);
        FanoutBench bench = new FanoutBench(messages, users, partitions, data)) {
      bench.connect();
      for (int round = 1; round <= rounds; round++) {
        bench.round(round);
      }
    }
  }

  private void connect() {
    for (int n = 0; n < users.size(); n++) {
      SessionRecord up =
          SessionRecord.newBuilder()
              .setSession(session(n))
              .setUp(SessionUp.newBuilder().setDevice("phone").setWindow(1_000))
              .build();
      var _ =
          producer.send(
              new ProducerRecord<>(TOPICS.sessions(), users.get(n).toBytes(), up.toByteArray()));
    }
  }

  private void round(int round) throws Exception {
    offer();
    double pushed;
    try (FanoutService _ = FanoutService.start(config())) {
      pushed = rate(inbox, this::pushed);
    }
    ack();
    double acked;
    try (FanoutService _ = FanoutService.start(config())) {
      acked = rate(outcomes, _ -> 1);
    }
    System.out.printf(
        Locale.ROOT,
        "round %d: one thread, %d partitions, %d users: %,.0f messages/s pushed, %,.0f acked%n",
        round,
        partitions,
        users.size(),
        pushed,
        acked);
  }

  private FanoutConfig config() {
    return FanoutConfig.defaults(broker.bootstrapServers())
        .withPort(0)
        .withStore(StoreKind.ROCKSDB, folder.resolve("fanout"))
        .withInstance("tidegate-fanout", "bench");
  }

  private void offer() {
    byte[] payload = ("{\"text\":\"" + "x".repeat(100) + "\"}").getBytes(UTF_8);
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
              null,
              "application/json",
              null,
              payload);
      Headers headers = CloudEventCodec.headers(user, message);
      var _ =
          producer.send(
              new ProducerRecord<>(TOPICS.messages(), null, user.toBytes(), payload, headers));
    }
    producer.flush();
  }

  private void ack() {
    Map<Integer, AckBatch.Builder> batches = new HashMap<>();
    for (int n = 0; n < users.size(); n++) {
      String user = users.get(n).toString();
      batches
          .computeIfAbsent(users.get(n).partition(partitions), _ -> AckBatch.newBuilder())
          .addAcks(
              Ack.newBuilder()
                  .setUser(user)
                  .setSession(session(n))
                  .setEpoch(epochs.getOrDefault(user, 0L))
                  .setSeq(heads.getOrDefault(user, 0L)));
    }
    for (Map.Entry<Integer, AckBatch.Builder> batch : batches.entrySet()) {
      byte[] value = batch.getValue().build().toByteArray();
      var _ = producer.send(new ProducerRecord<>(TOPICS.acks(), batch.getKey(), null, value));
    }
    producer.flush();
  }

  private static SessionId session(int n) {
    return SessionId.newBuilder().setSlot(0).setIncarnation(1).setN(n + 1).build();
  }

  /** Reads one inbox record; says how many messages it pushes. */
  private int pushed(ConsumerRecord<byte[], byte[]> record) throws Exception {
    InboxRecord read = InboxRecord.parseFrom(record.value());
    if (read.hasAttach()) {
      epochs.put(read.getUser(), read.getAttach().getEpoch());
    }
    int count = read.getDeliver().getMessagesCount();
    if (count > 0) {
      heads.put(read.getUser(), read.getDeliver().getMessages(count - 1).getSeq());
    }
    return count;
  }

  private interface Count {
    int of(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  /** A second, from the first to come to the last; without the first poll's. */
  private double rate(KafkaConsumer<byte[], byte[]> from, Count count) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    long seen = 0;
    long first = 0;
    long start = 0;
    while (seen < messages) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("only " + seen + " of " + messages + " in two minutes");
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

  private KafkaConsumer<byte[], byte[]> consumer(String topic, int count) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                10_000),
            bytes,
            bytes);
    List<TopicPartition> all =
        IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    return consumer;
  }

  @Override
  public void close() {
    producer.close();
    inbox.close();
    outcomes.close();
    broker.close();
  }
}
