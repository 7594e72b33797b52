package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the first outcome of the account that it sees a second time: what a fan-out at-least-once
 * would do.
 */
final class OutcomeForger implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private volatile boolean closed;

  OutcomeForger(String kafka, Topics topics) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.outcomes()).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread = Thread.ofPlatform().name("outcome-forger").start(this::run);
  }

  private void run() {
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> outcome : consumer.poll(Duration.ofMillis(100))) {
        if (new String(outcome.key(), UTF_8).endsWith("-probe")) {
          continue; // it is not in the account
        }
        var _ =
            producer.send(
                new ProducerRecord<>(
                    outcome.topic(), outcome.partition(), outcome.key(), outcome.value()));
        producer.flush();
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    producer.close();
  }
}
