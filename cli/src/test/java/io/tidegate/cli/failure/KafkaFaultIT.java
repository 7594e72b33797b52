package io.tidegate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka stopped, paused and killed while ingest is under load: every 202 is in the topic exactly
 * once, everything else is answered with a problem, nothing waits or grows beyond its bounds, and
 * service comes back by itself.
 */
final class KafkaFaultIT {
  private static final Map<String, String> SHORT =
      Map.of(
          "TIDEGATE_INGEST_DELIVERY_TIMEOUT", "2s",
          "TIDEGATE_INGEST_MAX_BLOCK", "500ms",
          "TIDEGATE_INGEST_MAX_BODY_BYTES", "65536",
          "TIDEGATE_INGEST_MAX_BATCH_BYTES", "131072",
          "TIDEGATE_INGEST_MAX_IN_FLIGHT_BYTES", "524288",
          "TIDEGATE_INGEST_PRODUCER_BYTES", "1048576",
          "TIDEGATE_INGEST_START_TIMEOUT", "60s",
          "TIDEGATE_INGEST_ACCESS_LOG", "false");

  /** What Kafka's clients say each time that they have looked in vain. */
  private static final String NO_KAFKA = "could not be established";

  @TempDir Path folder;

  @Test
  void everyAcceptedMessageShouldBeInTheTopicOnceThoughKafkaFails() throws Exception {
    // 2 s + 500 ms + 1 s of slack.
    FaultRun.Load load =
        new FaultRun.Load(
            100,
            4,
            20,
            50,
            1_000,
            Duration.ofSeconds(1),
            Duration.ofMillis(1_500),
            Duration.ofMillis(3_500),
            512 * 1024);
    try (FragileKafka system = new FragileKafka(folder, "short", SHORT)) {
      system.start();
      faults(system, load);
    }
  }

  @Test
  void ingestThatStartsBeforeKafkaShouldServeOnceItIsThere() throws Exception {
    try (FragileKafka system = new FragileKafka(folder, "late", SHORT)) {
      // Given
      system.start();
      system.ingest().stop();
      system.broker().stop();

      long without = system.ingest().logged(NO_KAFKA);

      // When
      system.ingest().start();
      await()
          .atMost(Duration.ofSeconds(90))
          .failFast("ingest ended", () -> !system.ingest().isAlive())
          .until(() -> system.ingest().logged(NO_KAFKA) > without);
      int before = system.ready();
      system.broker().start();
      system.awaitReady();

      // Then
      assertThat(before).as("readiness without Kafka").isZero();
      Ledger ledger = new Ledger();
      try (Posts posts =
          new Posts("late", system.http(), system.url(), Duration.ofSeconds(30), 10, ledger)) {
        posts.single("first");
      }
      assertThat(ledger.wrong()).isEmpty();
      assertThat(ledger.accepted()).isEqualTo(1);
      assertThat(Census.take(system.kafka())).containsExactlyEntriesOf(Map.of("first", 1));
    }
  }

  /** With the settings that ingest has by default, for half a minute each, at a high rate. */
  @Test
  @Tag("long")
  void everyAcceptedMessageShouldBeInTheTopicOnceThoughKafkaFailsForLong() throws Exception {
    FaultRun.Load load =
        new FaultRun.Load(
            400,
            10,
            100,
            300,
            1_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(7),
            Duration.ofSeconds(12),
            64L << 20);
    try (FragileKafka system =
        new FragileKafka(folder, "long", Map.of("TIDEGATE_INGEST_ACCESS_LOG", "false"))) {
      system.start();
      System.out.println(FaultRun.head());
      faults(system, load);
    }
  }

  private static void faults(FragileKafka system, FaultRun.Load load) throws Exception {
    Ledger ledger = new Ledger();
    for (Fault fault : Fault.values()) {
      new FaultRun(system, load, ledger).run(fault).forEach(System.out::println);
    }
  }
}
