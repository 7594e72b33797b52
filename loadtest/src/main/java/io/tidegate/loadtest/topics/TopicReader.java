package io.tidegate.loadtest.topics;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.loadtest.ledger.Audit;
import io.tidegate.loadtest.offer.Names;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Releases and outcomes of a run, from where their topics ended when it was opened. They are read
 * when all is over, so as to take nothing from what is measured.
 */
public final class TopicReader implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final List<KafkaConsumer<byte[], byte[]>> open = new ArrayList<>();
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final KafkaConsumer<byte[], byte[]> outcomes;
  private final KafkaAccess kafka;
  private final String user;

  /** A record's consumer. */
  private interface Each {
    void read(ConsumerRecord<byte[], byte[]> record) throws IOException;
  }

  /**
   * @param kafka of a client that may read both topics
   * @throws IOException if it may not, or Kafka does not answer
   */
  public TopicReader(KafkaAccess kafka, Topics topics, String tenant, Names names)
      throws IOException {
    this.kafka = kafka;
    String first = new UserKey(tenant, names.user(0)).toString();
    this.user = first.substring(0, first.length() - 1);
    try {
      this.inbox = fromEnd(kafka, topics.inbox());
      this.outcomes = fromEnd(kafka, topics.outcomes());
    } catch (KafkaException e) {
      close();
      throw new IOException("what fan-out writes can't be read: " + KafkaFault.of(kafka, e), e);
    }
  }

  private KafkaConsumer<byte[], byte[]> fromEnd(KafkaAccess kafka, String topic) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka, settings);
    open.add(consumer);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }

  /**
   * Reads outcomes until every message that was accepted has one, or none has come for 20 s, and
   * all releases.
   *
   * @param startMillis epoch milliseconds at which the load began
   * @throws IOException if they cannot be read, or releases have no instants
   */
  public void read(Audit audit, long startMillis) throws IOException {
    long[] last = {System.nanoTime()};
    Each outcome =
        record -> {
          last[0] = System.nanoTime();
          outcome(record, audit);
        };
    try {
      read(
          outcomes,
          outcome,
          () -> !audit.isSettled() && System.nanoTime() - last[0] < QUIET.toNanos());
      // Whatever else there is, such as a second one of the same message.
      readToEnd(outcomes, outcome);
      readToEnd(inbox, record -> release(record, audit, startMillis));
    } catch (KafkaException e) {
      throw new IOException("what fan-out wrote can't be read: " + KafkaFault.of(kafka, e), e);
    }
  }

  private static void outcome(ConsumerRecord<byte[], byte[]> record, Audit audit)
      throws IOException {
    try {
      JsonNode outcome = JSON.readTree(record.value());
      audit.outcome(outcome.path("message_id").asString(""), outcome.path("outcome").asString(""));
    } catch (JacksonException e) {
      throw new IOException("not an outcome: " + record.topic() + " " + record.offset(), e);
    }
  }

  private void release(ConsumerRecord<byte[], byte[]> record, Audit audit, long startMillis)
      throws IOException {
    InboxRecord read;
    try {
      read = InboxRecord.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("not an inbox record: " + record.offset(), e);
    }
    int to = user(read.getUser());
    if (to < 0 || !read.hasDeliver()) {
      return;
    }
    if (record.timestampType() != TimestampType.CREATE_TIME) {
      throw new IOException("releases have no instants: the topic keeps the broker's times");
    }
    List<String> ids = read.getDeliver().getMessagesList().stream().map(Pushed::getId).toList();
    audit.released(to, ids, record.timestamp() - startMillis);
  }

  /** The number of the run's user of a key; below 0 if it is none. */
  private int user(String key) {
    try {
      return key.startsWith(user) ? Integer.parseInt(key, user.length(), key.length(), 10) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static void readToEnd(KafkaConsumer<byte[], byte[]> consumer, Each each)
      throws IOException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    read(
        consumer,
        each,
        () ->
            ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()));
  }

  private static void read(KafkaConsumer<byte[], byte[]> consumer, Each each, BooleanSupplier goOn)
      throws IOException {
    while (goOn.getAsBoolean()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        each.read(record);
      }
    }
  }

  @Override
  public void close() {
    open.forEach(KafkaConsumer::close);
  }
}
