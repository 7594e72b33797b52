package io.tidegate.ingest;

import static org.awaitility.Awaitility.await;

import io.tidegate.testkafka.JvmKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Makes topics on a real Kafka, and tells what is in them. */
final class TestTopics {
  private TestTopics() {}

  static void create(JvmKafka kafka, NewTopic... wanted) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(wanted)).all().get();
      // The broker that answers for topics hears of them a moment later.
      List<String> names = List.of(wanted).stream().map(NewTopic::name).toList();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> admin.describeTopics(names).allTopicNames().get().size() == names.size());
    }
  }

  /** All of a topic: partition, key, value. */
  static List<String> records(JvmKafka kafka, String topic, int partitions) {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    List<String> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long count = consumer.endOffsets(all).values().stream().mapToLong(Long::longValue).sum();
      while (records.size() < count) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          records.add(record.partition() + " " + record.key() + " " + record.value());
        }
      }
    }
    return records;
  }
}
