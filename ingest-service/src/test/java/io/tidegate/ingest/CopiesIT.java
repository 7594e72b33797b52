package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.ingest.publish.AdminProbe;
import io.tidegate.ingest.publish.Copies;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Kafka says of a topic's replicas. */
final class CopiesIT {
  private static final Duration WITHIN = Duration.ofSeconds(20);

  @TempDir static Path folder;

  @Test
  void copiesShouldBeThoseOfTheTopicOrTheBrokersDefault() throws Exception {
    try (JvmKafka kafka = new JvmKafka(folder)) {
      // Given
      TestTopics.create(
          kafka,
          new NewTopic("by-default", 3, (short) 1),
          new NewTopic("own", 3, (short) 1).configs(Map.of("min.insync.replicas", "2")));
      try (AdminProbe probe =
          new AdminProbe(
              Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers())),
              KafkaAccess.plain(kafka.bootstrapServers()))) {
        // When // Then
        assertThat(probe.copies("by-default", WITHIN)).isEqualTo(new Copies(1, 1));
        assertThat(probe.copies("own", WITHIN)).isEqualTo(new Copies(1, 2));
        assertThat(probe.copies("missing", WITHIN)).isNull();
      }
    }
  }
}
