package io.tidegate.delivery.kafka;

import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.delivery.kafka.KafkaLink.LinkSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** Kafka clients with the settings that a worker's guarantees rest on. */
final class WorkerClients {
  private WorkerClients() {}

  /**
   * Reads one assigned partition, without a group and without committed offsets.
   *
   * @param committed whether records of open and aborted transactions are kept from it
   */
  static KafkaConsumer<byte[], byte[]> consumer(
      LinkSettings settings, String name, boolean committed) {
    IsolationLevel isolation =
        committed ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
    Map<String, Object> config = common(settings, name);
    config.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString().toLowerCase(Locale.ROOT));
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Where inbox records are gone, the sessions must be closed; live messages are just gone.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, committed ? "none" : "latest");
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    return KafkaClients.consumer(settings.kafka(), config);
  }

  /**
   * A member of a group of all workers, which is given partitions and reads nothing. By its slot it
   * is known again when it comes back within 10 s, and has what it had.
   */
  static KafkaConsumer<byte[], byte[]> member(LinkSettings settings, String name) {
    Map<String, Object> config = common(settings, name);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().prefix() + "-" + name);
    config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "slot-" + settings.slot());
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 30_000);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    return KafkaClients.consumer(settings.kafka(), config);
  }

  static KafkaProducer<byte[], byte[]> producer(LinkSettings settings) {
    Map<String, Object> config = common(settings, "writer");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    // Longer than a worker lives without Kafka, so that what fails is of sessions that are closed.
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    return KafkaClients.producer(settings.kafka(), config);
  }

  static void closeQuietly(@Nullable KafkaConsumer<byte[], byte[]> consumer) {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static Map<String, Object> common(LinkSettings settings, String name) {
    Map<String, Object> config = new HashMap<>();
    config.put(
        CommonClientConfigs.CLIENT_ID_CONFIG, "tidegate-delivery-" + settings.slot() + "-" + name);
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
    config.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
    config.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 4_000);
    // Sessions come back as soon as Kafka does.
    config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    config.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return config;
  }
}
