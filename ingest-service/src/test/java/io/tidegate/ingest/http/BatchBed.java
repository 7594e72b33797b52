package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Topics;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.Lines;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Departures;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A batch without a connection, over a Kafka that acknowledges everything at once. */
final class BatchBed implements AutoCloseable {
  static final int COMEBACK = 7;

  final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  final Admission admission;
  final Admission.Permit permit;
  final Batch batch;
  private final IngestMetrics metrics = new IngestMetrics();

  /**
   * @param room bytes that may be in flight
   */
  BatchBed(long room) {
    admission = new Admission(1, room);
    permit = Objects.requireNonNull(admission.enter());
    batch =
        new Batch(
            new Limits(1_000, 1_000_000, 10_000),
            new Window(1_000_000, SharedRoom.UNSHARED, "default"),
            permit,
            metrics,
            new MessageWork(
                new Publisher(kafka, Topics.DEFAULT, 1, Duration.ofSeconds(1), Departures.UNUSED),
                metrics,
                new Acceptance("default", 0, () -> "some id", null),
                MessageParser::parse,
                _ -> {},
                OptionalLong.empty()),
            BodyReader::noRoom,
            () -> COMEBACK);
  }

  /** A body of the same line many times. */
  static Lines body(String line, int count) {
    return new Lines(new ByteArrayInputStream(line.repeat(count).getBytes(UTF_8)), 1_000);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
