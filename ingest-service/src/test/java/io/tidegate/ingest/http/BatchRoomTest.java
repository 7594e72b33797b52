package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Topics;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.Lines;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Results cost memory, too: of a line that is refused more than the line did. */
class BatchRoomTest {
  private static final int ROOM = 100_000;

  @Test
  void noMoreLinesShouldBeTakenThanThereIsRoomForResults() {
    // Given
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    Admission admission = new Admission(1, ROOM);
    Admission.Permit permit = Objects.requireNonNull(admission.enter());
    Lines body = new Lines(new ByteArrayInputStream("{}\n".repeat(10_000).getBytes(UTF_8)), 1_000);
    try (IngestMetrics metrics = new IngestMetrics()) {
      Batch batch =
          new Batch(
              new Limits(1_000, 1_000_000, 10_000),
              new Window(1_000_000, SharedRoom.UNSHARED, "default"),
              permit,
              metrics,
              new MessageWork(
                  new Publisher(kafka, Topics.DEFAULT, 1, Duration.ofSeconds(1)),
                  metrics,
                  new Acceptance("default", 0, () -> "some id", null),
                  MessageParser::parse,
                  _ -> {},
                  OptionalLong.empty()),
              BodyReader::noRoom);

      // When
      batch.read(body, () -> {});
      List<String> results = new String(batch.results(), UTF_8).lines().toList();

      // Then
      assertThat(results).hasSizeBetween(100, 5_000);
      assertThat(results.getLast()).contains("temporary-reduced-capacity");
      int answers = results.stream().mapToInt(result -> result.length() + 1).sum();
      assertThat(2 * answers).isBetween(ROOM / 2, ROOM + 2_000);
      permit.close();
      assertThat(admission.bytes()).isZero();
    }
  }
}
