package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.ingest.IngestConfig;
import io.tidegate.ingest.IngestService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What ingest says of a real fan-out's lag, on a real Kafka. */
final class ExpectedDelayIT {
  private final HttpClient http = HttpClient.newHttpClient();

  private JsonNode send(int port) throws Exception {
    return JsonMapper.shared()
        .readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/messages"))
                        .header("Content-Type", "application/json")
                        .header("Prefer", "respond-async")
                        .timeout(Duration.ofSeconds(30))
                        .POST(
                            HttpRequest.BodyPublishers.ofString(
                                "{\"to\":{\"user\":\"alice\"},\"data\":1}"))
                        .build(),
                    BodyHandlers.ofString())
                .body());
  }

  @Test
  void delayShouldBeToldOnceFanoutTakesWhatIsThere(@TempDir Path temporary) throws Exception {
    DataFolder folder = DataFolder.open(temporary);
    try (folder;
        EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
      // Given
      String kafka = broker.bootstrapServers();
      assertThat(Main.commandLine().execute("topics", "create", "--kafka", kafka, "--json"))
          .isZero();
      try (IngestService ingest =
          IngestService.start(IngestConfig.defaults(kafka).withAddress("127.0.0.1", 0))) {
        await().atMost(Duration.ofSeconds(30)).until(ingest::ready);

        // When: nobody takes anything
        JsonNode alone = send(ingest.port());

        // Then: nobody can know
        assertThat(alone.has("accepted")).isTrue();
        assertThat(alone.has("expected_delay_ms")).isFalse();

        // When
        try (FanoutService _ =
            FanoutService.start(
                FanoutConfig.defaults(kafka)
                    .withPort(0)
                    .withStore(StoreKind.MEMORY, temporary.resolve("fanout")))) {
          // Then
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> send(ingest.port()).has("expected_delay_ms"));
        }
      }
    } finally {
      http.close();
    }
  }
}
