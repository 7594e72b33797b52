package io.tidegate.cli.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How often each message lies in {@code tidegate.messages}, read as fan-out reads it. */
final class Census {
  private static final Duration MOST = Duration.ofMinutes(1);

  private Census() {}

  /** By {@code ce_id}, of all that there is now. */
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
            .forEach(
                each -> {
                  Header id = each.headers().lastHeader("ce_id");
                  times.merge(id == null ? "?" : new String(id.value(), UTF_8), 1, Integer::sum);
                });
      }
    }
    return times;
  }
}
