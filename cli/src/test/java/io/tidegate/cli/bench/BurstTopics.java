package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.InboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What a burst leaves on Kafka, from where the topics ended when this was opened: releases on
 * {@code tidegate.inbox} and {@code tidegate.outcomes}. They are read when all is over, so as to
 * take nothing from what is measured.
 *
 * <p>While this is open, the broker keeps the times that fan-out writes on the inbox (topic setting
 * {@code message.timestamp.type}), which are the instants at which it decided; else it would put
 * the time of its own log there.
 */
final class BurstTopics implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STAMP = "message.timestamp.type";
  private static final Duration QUIET = Duration.ofSeconds(20);

  private final Topics topics = Topics.DEFAULT;
  private final BurstLedger ledger;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final KafkaConsumer<byte[], byte[]> outcomes;

  BurstTopics(String kafka, BurstLedger ledger) {
    this.ledger = ledger;
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka));
    stampInbox("CreateTime");
    this.inbox = fromEnd(kafka, topics.inbox());
    this.outcomes = fromEnd(kafka, topics.outcomes());
  }

  private static KafkaConsumer<byte[], byte[]> fromEnd(String kafka, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka,
                "isolation.level",
                "read_committed",
                "max.poll.records",
                10_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }

  private void stampInbox(String type) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, topics.inbox());
    AlterConfigOp set = new AlterConfigOp(new ConfigEntry(STAMP, type), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(Map.of(topic, List.of(set)))
        .all()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** Reads outcomes until every accepted message has one, or none has come for 20 s. */
  void readOutcomes() {
    long[] last = {System.nanoTime()};
    read(
        outcomes,
        record -> {
          last[0] = System.nanoTime();
          outcome(record);
        },
        () ->
            ledger.outcomeCount() < ledger.acceptedCount()
                && System.nanoTime() - last[0] < QUIET.toNanos());
    // Whatever else there is, such as a second one of the same message.
    readToEnd(outcomes, this::outcome);
  }

  private void outcome(ConsumerRecord<byte[], byte[]> record) {
    int user = user(new String(record.key(), UTF_8));
    if (user >= 0) {
      JsonNode outcome = JSON.readTree(record.value());
      ledger.ended(
          user,
          outcome.path("message_id").asString(""),
          outcome.path("outcome").asString("").equals("delivered"));
    }
  }

  /** The pushes of each user as fan-out released them; what was only sent again is none. */
  List<PushTimes> releases(BurstRule rule) {
    List<PushTimes> releases = new ArrayList<>();
    long[] heads = new long[ledger.users()];
    for (int user = 0; user < ledger.users(); user++) {
      releases.add(new PushTimes());
    }
    readToEnd(inbox, record -> release(record, rule, releases, heads));
    return releases;
  }

  private void release(
      ConsumerRecord<byte[], byte[]> record,
      BurstRule rule,
      List<PushTimes> releases,
      long[] heads) {
    InboxRecord read;
    try {
      read = InboxRecord.parseFrom(record.value());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException("not an inbox record: " + record.offset(), e);
    }
    int user = user(read.getUser());
    if (user < 0 || !read.hasDeliver()) {
      return;
    }
    if (record.timestampType() != TimestampType.CREATE_TIME) {
      ledger.violation("release without its instant");
    }
    Deliver deliver = read.getDeliver();
    long head = heads[user];
    long fresh = deliver.getMessagesList().stream().filter(m -> m.getSeq() > head).count();
    if (fresh > 0) {
      releases.get(user).add(deliver.getMessages(0).getSeq(), record.timestamp());
      releases.get(user).addMessages(fresh);
      heads[user] = deliver.getMessages(deliver.getMessagesCount() - 1).getSeq();
    }
    if (fresh > rule.batch()) {
      ledger.violation("release of more messages than a batch");
    }
  }

  /** The number of the user of a key; -1 if it is not of this run. */
  private int user(String key) {
    String tenant = UserKey.DEFAULT_TENANT + "/";
    return key.startsWith(tenant) ? ledger.userNumber(key.substring(tenant.length())) : -1;
  }

  private static void readToEnd(
      KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    read(
        consumer,
        each,
        () ->
            ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()));
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      Consumer<ConsumerRecord<byte[], byte[]>> each,
      BooleanSupplier goOn) {
    while (goOn.getAsBoolean()) {
      consumer.poll(Duration.ofMillis(200)).forEach(each);
    }
  }

  @Override
  public void close() {
    inbox.close();
    outcomes.close();
    try {
      stampInbox("LogAppendTime");
    } finally {
      admin.close();
    }
  }
}
