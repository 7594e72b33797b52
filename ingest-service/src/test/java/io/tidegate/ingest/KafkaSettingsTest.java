package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What 202 promises rests on these, and no other test would notice if they were gone. */
class KafkaSettingsTest {
  private final IngestConfig config =
      IngestConfig.defaults("kafka:9092")
          .withKafkaTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(7));

  @Test
  void acknowledgementShouldMeanThatAllReplicasInSyncHaveTheRecordOnce() {
    // When
    ProducerConfig settings = producerSettings();

    // Then
    assertThat(settings.getString(ProducerConfig.ACKS_CONFIG)).isEqualTo("-1");
    assertThat(settings.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
    assertThat(settings.getInt(ProducerConfig.RETRIES_CONFIG)).isEqualTo(Integer.MAX_VALUE);
    assertThat(settings.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION)).isEqualTo(2);
    assertThat(settings.getLong(ProducerConfig.LINGER_MS_CONFIG)).isEqualTo(4);
    assertThat(settings.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG)).isEqualTo("snappy");
  }

  /** What of snappy is native cannot be unpacked there. */
  @Test
  void withoutATemporaryFolderMessagesShouldBeCompressedAllTheSame() throws Exception {
    // When
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=/proc/nothing",
                "-cp",
                System.getProperty("java.class.path"),
                PrintCodec.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), UTF_8);

    // Then
    assertThat(printed.lines()).contains("codec: lz4");
  }

  @Test
  void producerShouldGiveUpInTheTimeThatIsConfigured() {
    // When
    ProducerConfig settings = producerSettings();

    // Then
    assertThat(settings.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)).isEqualTo(7_000);
    assertThat(settings.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isEqualTo(2_000);
  }

  private ProducerConfig producerSettings() {
    Map<String, Object> settings = config.kafka().with(KafkaSettings.producer(config));
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return new ProducerConfig(settings);
  }
}
