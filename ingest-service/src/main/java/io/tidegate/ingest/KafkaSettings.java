package io.tidegate.ingest;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Our Kafka clients' own settings, each with its reason; those of access are not among them. */
final class KafkaSettings {
  private static final int REQUEST_TIMEOUT_MILLIS = 5000;

  /** What one more request to Kafka costs is shared by all who come within it. */
  private static final int LINGER_MILLIS = 4;

  private static final int LAG_TIMEOUT_MILLIS = 2_000;

  private KafkaSettings() {}

  /** A producer whose acknowledgement means durable, and that gives up in bounded time. */
  static Map<String, Object> producer(IngestConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tidegate-ingest");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    int delivery = Math.toIntExact(config.deliveryTimeout().toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    // Half of it, so that a broker that died silently leaves time for a second attempt.
    settings.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_TIMEOUT_MILLIS, delivery / 2));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(config.maxBlock().toMillis()));
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, config.producerBytes());
    // Only where many wait: for few it is flushed at once (Company).
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    // With more on the way at once each carries less, and what a request costs, here and at the
    // broker, is shared by fewer messages; with one alone a distant Kafka would be idle in between.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 2);
    // JSON shrinks to a third in the replay log, on the wire and at each replica.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, Codec.best());
    return settings;
  }

  /** An admin client that asks, and soon gives up asking, how far fan-out is behind. */
  static Map<String, Object> lagAdmin(IngestConfig config) {
    Map<String, Object> settings = admin(config);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "tidegate-ingest-lag");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LAG_TIMEOUT_MILLIS);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LAG_TIMEOUT_MILLIS);
    return settings;
  }

  /** An admin client that answers health checks in bounded time. */
  static Map<String, Object> admin(IngestConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "tidegate-ingest-health");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    settings.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        Math.toIntExact(Math.max(REQUEST_TIMEOUT_MILLIS, config.startTimeout().toMillis())));
    return settings;
  }
}
