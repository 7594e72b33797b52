package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the operator of {@code tidegate up} relies on: how it ends, comes back, and refuses. */
final class UpProcessIT {
  /** The first start, on a machine that may be busy with other tests. */
  private static final Duration FIRST_START = Duration.ofSeconds(90);

  private static final Duration RESTART = Duration.ofSeconds(15);
  private static final Duration STOP = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void termShouldExitWithZeroAndARestartShouldHaveTheData() throws Exception {
    // Given
    JsonNode before;
    int sent;
    int stopped;
    try (CommandProcess up = up()) {
      before = up.awaitReady(FIRST_START);
      sent = send(before, "stays");

      // When
      up.terminate();
      stopped = up.exitCode(STOP);
    }

    // Then
    assertThat(sent).isZero();
    assertThat(stopped).isZero();
    try (CommandProcess again = up()) {
      JsonNode after = again.awaitReady(RESTART);
      assertThat(after.path("kafka")).isEqualTo(before.path("kafka"));
      assertThat(listen(after, 1)).contains("\"stays\"");
    }
  }

  @Test
  void killShouldLoseNothingAndTheNextStartShouldBeReadyInTime() throws Exception {
    // Given
    try (CommandProcess up = up()) {
      assertThat(send(up.awaitReady(FIRST_START), "survives")).isZero();

      // When
      up.kill();
    }

    // Then
    try (CommandProcess again = up()) {
      assertThat(listen(again.awaitReady(RESTART), 1)).contains("\"survives\"");
    }
  }

  @Test
  void folderInUseShouldBeOneLineAndExitTwo() throws Exception {
    try (CommandProcess up = up()) {
      up.awaitReady(FIRST_START);
      try (CommandProcess second = up()) {
        assertThat(second.exitCode(Duration.ofSeconds(15))).isEqualTo(2);
        assertThat(second.errors().lines())
            .singleElement()
            .asString()
            .startsWith("tidegate: data folder ")
            .contains(" is in use by process ");
      }
    }
  }

  @Test
  void portInUseShouldBeOneLineAndExitTwo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        CommandProcess up = up("--ingest-port", Integer.toString(taken.getLocalPort()))) {
      assertThat(up.exitCode(Duration.ofSeconds(20))).isEqualTo(2);
      assertThat(up.errors().lines())
          .singleElement()
          .asString()
          .startsWith("tidegate: port " + taken.getLocalPort() + " on 127.0.0.1 is in use");
    }
  }

  @Test
  void checkShouldSayWhatIsMissingAndStartNothing() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        CommandProcess refused =
            up("--check", "--kafka-port", Integer.toString(taken.getLocalPort()));
        CommandProcess unreachable = up("--check", "--kafka", "127.0.0.1:1")) {
      assertThat(refused.exitCode(Duration.ofSeconds(30))).isEqualTo(2);
      assertThat(refused.errors()).contains("is in use").contains("--kafka-port");
      assertThat(unreachable.exitCode(Duration.ofSeconds(30))).isEqualTo(2);
    }
    try (CommandProcess fine = up("--check")) {
      assertThat(fine.exitCode(Duration.ofSeconds(30))).isZero();
      assertThat(fine.output()).isEqualTo("{\"startable\":true}");
    }
    assertThat(folder.resolve("data/kafka")).doesNotExist();
  }

  @Test
  void unreachableKafkaShouldBeOneLineAndExitTwo() throws Exception {
    try (CommandProcess up = up("--kafka", "127.0.0.1:1")) {
      assertThat(up.exitCode(Duration.ofSeconds(30))).isEqualTo(2);
      assertThat(up.errors())
          .isEqualTo(
              "tidegate: Kafka at 127.0.0.1:1 is not reachable; if it wants TLS or a login,"
                  + " --kafka-config or TIDEGATE_KAFKA_CONFIG is to say how");
    }
  }

  @Test
  void aLoadTestShouldShowKeysAndTokensWhereTheyAreAskedFor() throws Exception {
    // Given
    Map<String, String> asking =
        Map.of(
            "TIDEGATE_INGEST_AUTH", "keys",
            "TIDEGATE_FANOUT_AUTH", "keys",
            "TIDEGATE_DELIVERY_AUTH", "tokens");
    Path paced =
        Files.writeString(
            folder.resolve("paced.yaml"),
            """
            users: 10
            connect: {sse: 50%}
            policy: {limits: [{limit: 50, window: PT1S}]}
            phases: [{for: 1s, rate: 20}]
            """);
    Path plain =
        Files.writeString(folder.resolve("plain.yaml"), "users: 4\nphases: [{burst: 8}]\n");
    try (CommandProcess up = up(asking)) {
      JsonNode ready = up.awaitReady(FIRST_START);
      String all = issued(ready, "send,policies,inspect");
      String sending = issued(ready, "send");

      // When
      CommandRun whole = loaded(ready, paced, all);
      CommandRun half = loaded(ready, plain, sending);
      CommandRun none = loaded(ready, plain, "");

      // Then
      assertThat(whole.status()).as("%s", whole).isZero();
      assertThat(whole.out()).contains("PASSED: accepted 20, expected 20, shown 20, acked 20");
      assertThat(half.status()).as("%s", half).isZero();
      assertThat(half.out().replaceAll("\\s+", " "))
          .contains("PASSED: accepted 8,")
          .contains("limits were not checked")
          .contains("answered 403");
      assertThat(none.status()).as("%s", none).isEqualTo(1);
      assertThat(none.out()).contains("none_accepted").contains("401");
    }
  }

  /** A key that both services that ask for one know. */
  private static String issued(JsonNode ready, String scopes) {
    CommandRun run =
        CommandRun.of(
            "keys",
            "issue",
            "--kafka",
            ready.path("kafka").asString(),
            "--scope",
            scopes,
            "--json");
    assertThat(run.status()).as("%s", run).isZero();
    String key = JsonMapper.shared().readTree(run.out()).path("key").asString();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String url :
          new String[] {
            ready.path("ingest").asString() + "/v1/policies",
            ready.path("fanout").asString() + "/v1/users/nobody"
          }) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url))
                .header("authorization", "Bearer " + key)
                .build();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () ->
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 401);
      }
    }
    return key;
  }

  private CommandRun loaded(JsonNode ready, Path profile, String key) throws Exception {
    try (CommandProcess run =
        new CommandProcess(
            Map.of("TIDEGATE_KEY", key),
            "loadtest",
            profile.toString(),
            "--ingest",
            ready.path("ingest").asString(),
            "--delivery",
            ready.path("delivery").asString().replace("ws:", "http:"),
            "--fanout",
            ready.path("fanout").asString(),
            "--token-keys",
            folder.resolve("data/signing-keys.json").toString())) {
      return new CommandRun(run.exitCode(Duration.ofMinutes(2)), run.output(), run.errors());
    }
  }

  private CommandProcess up(String... more) throws Exception {
    return up(Map.of(), more);
  }

  private CommandProcess up(Map<String, String> environment, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--json", "--data-dir", folder.resolve("data").toString()));
    arguments.addAll(List.of("--delivery-port", "0", "--fanout-port", "0"));
    if (!List.of(more).contains("--ingest-port")) {
      arguments.addAll(List.of("--ingest-port", "0"));
    }
    arguments.addAll(List.of(more));
    return new CommandProcess(environment, arguments.toArray(String[]::new));
  }

  private static int send(JsonNode ready, String data) throws Exception {
    String url = URI.create(ready.path("ingest").asString()).toString();
    try (CommandProcess send = new CommandProcess("send", "--url", url, "--to", "zoe", data)) {
      return send.exitCode(Duration.ofSeconds(60));
    }
  }

  private static String listen(JsonNode ready, int count) throws Exception {
    try (CommandProcess listen =
        new CommandProcess(
            "listen",
            "--url",
            ready.path("delivery").asString(),
            "--user",
            "zoe",
            "--count",
            Integer.toString(count))) {
      assertThat(listen.exitCode(Duration.ofSeconds(60))).isZero();
      return listen.output();
    }
  }
}
