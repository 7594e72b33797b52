package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/** What 202 promises rests on these, and no other test would notice if they were gone. */
class KafkaSettingsTest {
  private final IngestConfig config =
      IngestConfig.defaults("kafka:9092")
          .withKafkaTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(7));

  @Test
  void acknowledgementShouldMeanThatAllReplicasInSyncHaveTheRecordOnce() {
    // When
    ProducerConfig settings = new ProducerConfig(KafkaSettings.producer(config));

    // Then
    assertThat(settings.getString(ProducerConfig.ACKS_CONFIG)).isEqualTo("-1");
    assertThat(settings.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
    assertThat(settings.getInt(ProducerConfig.RETRIES_CONFIG)).isEqualTo(Integer.MAX_VALUE);
    assertThat(settings.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION))
        .isLessThanOrEqualTo(5);
  }

  @Test
  void producerShouldGiveUpInTheTimeThatIsConfigured() {
    // When
    ProducerConfig settings = new ProducerConfig(KafkaSettings.producer(config));

    // Then
    assertThat(settings.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)).isEqualTo(7_000);
    assertThat(settings.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isEqualTo(2_000);
  }
}
