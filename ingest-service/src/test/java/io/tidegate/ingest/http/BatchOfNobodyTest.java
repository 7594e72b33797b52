package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.webserver.CloseConnectionException;
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
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A batch whose connection the watchdog has cut. */
class BatchOfNobodyTest {
  private static final String LINE = "{\"to\":{\"user\":\"alice\"},\"data\":1}\n";

  @Test
  void linesAfterTheCutShouldNotBeSent() {
    // Given
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    Admission.Permit permit = Objects.requireNonNull(new Admission(1, 1_000_000).enter());
    Lines body = new Lines(new ByteArrayInputStream(LINE.repeat(10).getBytes(UTF_8)), 1_000);
    try (IngestMetrics metrics = new IngestMetrics()) {
      Batch batch =
          new Batch(
              new Limits(1_000, 1_000_000, 100),
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
      assertThatThrownBy(
              () ->
                  batch.read(
                      body,
                      () -> {
                        if (kafka.history().size() == 3) {
                          throw new CloseConnectionException("overdue");
                        }
                      }))
          .isInstanceOf(CloseConnectionException.class);

      // Then
      assertThat(kafka.history()).hasSize(3);
    }
  }
}
