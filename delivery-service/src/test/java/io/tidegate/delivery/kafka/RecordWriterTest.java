package io.tidegate.delivery.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.slot.Load;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecordWriterTest {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final SessionId ID =
      SessionId.newBuilder().setSlot(3).setIncarnation(17).setN(5).build();

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final DeliveryMetrics metrics = new DeliveryMetrics();
  private final RecordWriter writer = new RecordWriter(kafka, Topics.DEFAULT, 3, metrics);

  @AfterEach
  void stop() throws InterruptedException {
    writer.close(Duration.ofSeconds(1));
  }

  @Test
  void recordsOfAUserShouldBeWrittenInTheirOrder() throws Exception {
    // Given
    writer.start();
    ClientFrame.Hello hello =
        new ClientFrame.Hello(ALICE, "phone", 64, new ClientFrame.Resume(7, 41), Urgency.LOW);

    // When
    writer.up(ALICE, ID, hello);
    writer.down(ALICE, ID, "phone");
    await().until(() -> kafka.history().size() == 2);

    // Then
    ProducerRecord<byte[], byte[]> up = kafka.history().getFirst();
    assertThat(up.topic()).isEqualTo("tidegate.sessions");
    assertThat(up.partition()).isNull();
    assertThat(new String(up.key(), UTF_8)).isEqualTo("default/alice");
    SessionRecord record = SessionRecord.parseFrom(up.value());
    assertThat(record.getSession()).isEqualTo(ID);
    assertThat(record.getUp().getDevice()).isEqualTo("phone");
    assertThat(record.getUp().getWindow()).isEqualTo(64);
    assertThat(record.getUp().getMinUrgency()).isEqualTo(Urgency.LOW.position());
    assertThat(record.getUp().getResume().getEpoch()).isEqualTo(7);
    assertThat(record.getUp().getResume().getSeq()).isEqualTo(41);
    assertThat(SessionRecord.parseFrom(kafka.history().getLast().value()).hasDown()).isTrue();
  }

  @Test
  void heartbeatShouldSayHowHardTheWorkerHasIt() throws Exception {
    // Given
    writer.start();

    // When
    writer.heartbeat(17, new Load(9, 250, 1_300, true));
    await().until(() -> kafka.history().size() == 1);

    // Then
    Heartbeat beat = WorkerRecord.parseFrom(kafka.history().getFirst().value()).getHeartbeat();
    assertThat(beat.getIncarnation()).isEqualTo(17);
    assertThat(beat.getConnections()).isEqualTo(9);
    assertThat(beat.getUnwritablePermille()).isEqualTo(250);
    assertThat(beat.getLoopDelayMillis()).isEqualTo(1_300);
  }

  @Test
  void acksShouldGoToTheirPartition() {
    // Given
    writer.start();

    // When
    writer.acks(2, new byte[] {1}, written -> {});
    await().until(() -> kafka.history().size() == 1);

    // Then
    assertThat(kafka.history().getFirst().topic()).isEqualTo("tidegate.acks");
    assertThat(kafka.history().getFirst().partition()).isEqualTo(2);
  }

  @Test
  void deadLetterShouldKeepItsKeyValueAndHeaders() {
    // Given
    writer.start();
    DeadLetter letter =
        DeadLetter.of(
            new byte[] {1}, new byte[] {2}, new RecordHeaders(), "unreadable", "why", "t", 3, 99);

    // When
    writer.deadLetter(letter, () -> {});
    await().until(() -> kafka.history().size() == 1);

    // Then
    ProducerRecord<byte[], byte[]> record = kafka.history().getFirst();
    assertThat(record.topic()).isEqualTo("tidegate.dead-letters");
    assertThat(record.key()).containsExactly(1);
    assertThat(record.value()).containsExactly(2);
    assertThat(record.headers().lastHeader("tidegate_source").value())
        .isEqualTo("t/3/99".getBytes(UTF_8));
  }

  @Test
  void failureShouldBeToldAndCounted() {
    // Given
    writer.start();
    AtomicInteger failures = new AtomicInteger();
    writer.acks(0, new byte[] {1}, written -> failures.addAndGet(written ? 100 : 1));
    await().until(() -> kafka.history().size() == 1);

    // When
    kafka.errorNext(new KafkaException("away"));

    // Then
    assertThat(failures).hasValue(1);
    assertThat(metrics.scrape())
        .contains("tidegate_delivery_writes_total{record=\"acks\",result=\"failed\"} 1.0");
  }

  @Test
  void sendThatThrowsShouldBeToldAndNotEndTheWriter() {
    // Given
    kafka.sendException = new KafkaException("no metadata");
    writer.start();
    AtomicInteger failures = new AtomicInteger();

    // When
    writer.acks(0, new byte[] {1}, written -> failures.addAndGet(written ? 100 : 1));

    // Then
    await().until(() -> failures.get() == 1);
    assertThat(writer.isAlive()).isTrue();
  }

  @Test
  void fullQueueShouldRefuse() {
    // Given: the thread does not run, so that nothing leaves the queue.
    int taken = 0;

    // When
    while (writer.unknown("default/alice", ID)) {
      taken++;
    }

    // Then
    assertThat(taken).isEqualTo(32 * 1024);
    assertThat(metrics.scrape())
        .contains(
            "tidegate_delivery_writes_total{record=\"session_unknown\",result=\"refused\"} 1.0");
  }

  @Test
  void closeShouldWriteWhatWaits() throws Exception {
    // Given
    MockProducer<byte[], byte[]> auto =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    RecordWriter closing = new RecordWriter(auto, Topics.DEFAULT, 3, new DeliveryMetrics());
    for (int i = 0; i < 100; i++) {
      closing.unknown("default/alice", ID);
    }
    closing.start();

    // When
    closing.close(Duration.ofSeconds(5));

    // Then
    assertThat(auto.history()).hasSize(100);
    assertThat(auto.closed()).isTrue();
    assertThat(closing.unknown("default/alice", ID)).isFalse();
  }
}
