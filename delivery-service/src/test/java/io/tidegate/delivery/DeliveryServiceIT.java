package io.tidegate.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker on a broker in this JVM, also while there is none. */
final class DeliveryServiceIT extends DeliveryServiceContract {
  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka broker;

  @BeforeAll
  static void startKafka() throws Exception {
    broker = new JvmKafka(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    broker.close();
  }

  @Override
  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  // Invariant 16.
  @Test
  void workerCutOffFromKafkaShouldCloseEveryoneAndComeBackWithKafka() throws Exception {
    try (JvmKafka own = new JvmKafka(folder.resolve("own"))) {
      TestTopics.create(own.bootstrapServers(), topics);
      DeliveryConfig config =
          DeliveryConfig.defaults(own.bootstrapServers())
              .withTopics(topics)
              .withPort(0)
              .withFence(Duration.ofMillis(300), Duration.ofSeconds(2))
              .withDrain(Duration.ofSeconds(2));
      DeliveryService worker = DeliveryService.start(config);
      try (TestClient client = new TestClient(worker.port())) {
        client.say("{\"op\":\"hello\",\"user\":\"frank\"}");
        String before = incarnation(worker);

        own.stop();

        assertThat(client.hear()).isEqualTo("close 4000 no round trip to Kafka");
        await().until(() -> !worker.ready());
        assertThat(get(worker, "/health/live")).startsWith("{\"status\":\"UP\"");

        own.restart();

        await().atMost(Duration.ofSeconds(30)).until(worker::ready);
        assertThat(incarnation(worker)).isNotEqualTo(before);
        try (TestClient again = new TestClient(worker.port())) {
          assertThat(again.subprotocol()).isEqualTo("tidegate.v1");
        }

        own.stop();
        long start = System.nanoTime();
        worker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isLessThan(Duration.ofMillis(2_500));
        assertThat(threads()).isEmpty();
      }
    }
  }

  @Test
  void unreachableKafkaShouldFailTheStartInTime() throws Exception {
    DeliveryConfig config =
        DeliveryConfig.defaults("127.0.0.1:" + JvmKafka.freePort())
            .withPort(0)
            .withStart(Duration.ofSeconds(1));
    long start = System.nanoTime();

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DeliveryService.start(config))
        .withMessageMatching(
            "Kafka at 127.0.0.1:\\d+ did not answer in 1 s; if it wants TLS or a login,"
                + " TIDEGATE_KAFKA_CONFIG is to say how");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(threads()).isEmpty();
  }
}
