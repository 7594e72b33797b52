package io.tidegate.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.contract.Topics;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.fanout.topology.Pressures;
import io.tidegate.fanout.topology.SlotIncarnations;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heartbeats of workers on a real Kafka, and the pressure that fan-out makes of them. */
final class WorkerFeedIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Topics TOPICS = Topics.DEFAULT;

  /** Half way between the marks of docs/POLICIES.md, and beyond the high one. */
  private static final int HALF = 175;

  private static final int FULL = 300;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka kafka;

  private final Pressures pressures = new Pressures(true);
  private final SlotIncarnations slots = new SlotIncarnations();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @SuppressWarnings("NullAway.Init")
  private KafkaProducer<byte[], byte[]> producer;

  @SuppressWarnings("NullAway.Init")
  private WorkerFeed feed;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new JvmKafka(folder);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  /** What worker 0 said before fan-out began is of no account any more. */
  @BeforeEach
  void open() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(TOPICS.workers(), 1, (short) 1)))
          .all()
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    write("0", heartbeat(FULL));
    FanoutConfig config = FanoutConfig.defaults(kafka.bootstrapServers()).withTopics(TOPICS);
    feed = WorkerFeed.open(config, pressures, slots, registry);
  }

  @AfterEach
  void close() {
    feed.close();
    producer.close();
  }

  @Test
  void heartbeatsShouldBecomePressureAndWhatIsNoneBeCountedAndHarmless() {
    // Given: fan-out hears of a worker that is half busy, which says so again and again
    await().atMost(SOON).until(() -> hears(HALF, 0.5));

    // When
    write("x", heartbeat(FULL));
    write("1", new byte[] {(byte) 0xFF});
    write(null, heartbeat(FULL));

    // Then
    await().atMost(SOON).until(() -> refused() == 3);
    assertThat(pressure()).isEqualTo(0.5);
    assertThat(pressures.at(System.currentTimeMillis()).on(0)).isZero();
    assertThat(pressures.at(System.currentTimeMillis()).on(1)).isEqualTo(0.5);
    await().atMost(SOON).until(() -> hears(FULL, 1));
    assertThat(refused()).isEqualTo(3);
    assertThat(slots.now()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 7L, 1, 7L));
  }

  private boolean hears(int unwritablePermille, double pressure) {
    write("1", heartbeat(unwritablePermille));
    return pressure() == pressure;
  }

  private double pressure() {
    return registry.get("tidegate.fanout.pressure").gauge().value();
  }

  private double refused() {
    return registry.get("tidegate.fanout.workers.refused").functionCounter().count();
  }

  private static byte[] heartbeat(int unwritablePermille) {
    return WorkerRecord.newBuilder()
        .setHeartbeat(
            Heartbeat.newBuilder()
                .setIncarnation(7)
                .setConnections(1_000)
                .setUnwritablePermille(unwritablePermille))
        .build()
        .toByteArray();
  }

  @SuppressWarnings("NullAway") // a Kafka record may lack its key
  private void write(@Nullable String slot, byte[] value) {
    byte[] key = slot == null ? null : slot.getBytes(US_ASCII);
    var _ = producer.send(new ProducerRecord<>(TOPICS.workers(), key, value));
    producer.flush();
  }
}
