package io.tidegate.cli.topics;

import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.table.TopicTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic of one partition, all of it read, to write to. Every call is bounded in time.
 */
public final class CompactedTopic implements AutoCloseable {
  private static final Duration CALL = Duration.ofSeconds(10);

  private final KafkaAccess kafka;
  private final String topic;
  private final TopicTable table;
  private final KafkaProducer<byte[], byte[]> producer;

  private CompactedTopic(
      KafkaAccess kafka, String topic, TopicTable table, KafkaProducer<byte[], byte[]> producer) {
    this.kafka = kafka;
    this.topic = topic;
    this.table = table;
    this.producer = producer;
  }

  /**
   * Returns once the listener was told all that is there.
   *
   * @param topic one of {@code topics}
   * @param what is on it, such as keys
   * @throws StartupException if Kafka does not answer, or has no such topic
   */
  public static CompactedTopic open(
      KafkaAccess kafka, Topics topics, String topic, String what, TopicTable.Listener listener)
      throws StartupException, InterruptedException {
    try (TopicAdmin admin = TopicAdmin.connect(kafka)) {
      if (!admin.describe(new TopicPlan(topics, 1, 1), false).containsKey(topic)) {
        throw new StartupException(
            "Kafka at "
                + kafka.servers()
                + " has no topic "
                + topic
                + ": make it with: "
                + KafkaOptions.createHint(kafka, topics.prefix()));
      }
    }
    String client = "tidegate-" + what;
    TopicTable table = TopicTable.open(kafka, topic, client, listener);
    if (!table.awaitCaughtUp(CALL)) {
      table.close();
      throw new StartupException(
          "Kafka at "
              + kafka.servers()
              + " did not show the "
              + what
              + " within "
              + CALL.toSeconds()
              + " s");
    }
    return new CompactedTopic(kafka, topic, table, producer(kafka, client));
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaAccess kafka, String client) {
    int millis = (int) CALL.toMillis();
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.CLIENT_ID_CONFIG, client);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return KafkaClients.producer(kafka, config);
  }

  /**
   * Returns once it is durable.
   *
   * @param value null: the key is gone
   */
  @SuppressWarnings("NullAway") // null is how Kafka says that a key is gone
  public void write(byte[] key, byte @Nullable [] value)
      throws StartupException, InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(topic, key, value))
          .get(2 * CALL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new StartupException(
          KafkaFault.isOfLogin(e)
              ? KafkaFault.of(kafka, e)
              : "Kafka at " + kafka.servers() + " did not take it: " + Reason.of(e),
          e);
    }
  }

  @Override
  public void close() {
    producer.close(CALL);
    table.close();
  }
}
