package io.tidegate.cli.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How often each message lies in {@code tidegate.messages}, read as fan-out reads it. The senders
 * name each user after the one message for it, so that a message to several is counted for each.
 */
final class Census {
  private static final Duration MOST = Duration.ofMinutes(1);

  /** What stands before it in a key. */
  private static final String USER = "default/u-";

  private Census() {}

  /** By what the user is named after, of all that there is now. */
  static Map<String, Integer> take(String kafka) {
    Map<String, Integer> times = new HashMap<>();
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor("tidegate.messages", MOST).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all, MOST);
      long deadline = System.nanoTime() + MOST.toNanos();
      while (all.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the topic was not read in " + MOST);
        }
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(each -> times.merge(of(each), 1, Integer::sum));
      }
    }
    return times;
  }

  private static String of(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader("ce_id");
    String id = header == null ? "" : new String(header.value(), UTF_8);
    String key = new String(record.key(), UTF_8);
    return id.isEmpty() || !key.startsWith(USER + id)
        ? "? " + key + " " + id
        : key.substring(USER.length());
  }
}
