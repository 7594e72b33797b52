package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.ingest.IngestConfig;
import io.tidegate.ingest.IngestService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tidegate keys} on a real Kafka, and an ingest-service that asks for keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeysIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String MESSAGE = "{\"to\":{\"user\":\"alice\"},\"data\":1}";

  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private final HttpClient http = HttpClient.newHttpClient();
  private String kafka = "";
  private int port;
  private int fanoutPort;
  private AutoCloseable running = () -> {};

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    DataFolder folder = DataFolder.open(temporary);
    EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
    kafka = broker.bootstrapServers();
    execute("topics", "create", "--kafka", kafka);
    IngestService ingest =
        IngestService.start(
            IngestConfig.defaults(kafka).withAddress("127.0.0.1", 0).withAuth(Auth.KEYS));
    port = ingest.port();
    FanoutService fanout =
        FanoutService.start(
            FanoutConfig.defaults(kafka)
                .withPort(0)
                .withStore(StoreKind.MEMORY, temporary.resolve("fanout"))
                .withAuth(Auth.KEYS));
    fanoutPort = fanout.port();
    running =
        () -> {
          fanout.close();
          ingest.close();
          broker.close();
          folder.close();
        };
  }

  @BeforeEach
  void forgetWhatWasSaid() {
    lines.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    running.close();
  }

  private int execute(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(lines, true));
    command.setErr(new PrintWriter(errors, true));
    return command.execute(args);
  }

  private JsonNode json(String... args) {
    lines.getBuffer().setLength(0);
    assertThat(execute(args)).as(errors.toString()).isZero();
    return JSON.readTree(lines.toString());
  }

  private JsonNode issue(String tenant, String scopes) {
    return json("keys", "issue", "--kafka", kafka, "--tenant", tenant, "--scope", scopes, "--json");
  }

  private int send(String key) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/messages"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private void awaitStatus(String key, int status) {
    await().atMost(Duration.ofSeconds(20)).until(() -> send(key) == status);
  }

  @Test
  void issuedKeyShouldHoldAtOnceAndUntilItIsRevoked() {
    // Given
    JsonNode issued = issue("acme", "send,groups");
    String key = issued.get("key").asString();

    // When
    awaitStatus(key, 202);
    execute("keys", "revoke", issued.get("id").asString(), "--kafka", kafka);

    // Then
    awaitStatus(key, 401);
    assertThat(issued.get("tenant").asString()).isEqualTo("acme");
    assertThat(issued.get("scopes").toString()).isEqualTo("[\"groups\",\"send\"]");
    assertThat(issued.get("expires").isNull()).isTrue();
  }

  @Test
  void scopeThatAllowsNothingYetShouldBeWarnedOf() {
    // When
    JsonNode plain = issue("acme", "send,inspect");
    String ofPlain = errors.toString();
    JsonNode issued = issue("acme", "send,replay");

    // Then: on stderr, and the key is made all the same
    assertThat(ofPlain).doesNotContain("Warning");
    assertThat(errors.toString())
        .containsOnlyOnce("Warning: the scope replay allows nothing yet")
        .contains("in a later version");
    assertThat(issued.get("scopes").toString()).isEqualTo("[\"replay\",\"send\"]");
    assertThat(plain.get("scopes").toString()).isEqualTo("[\"inspect\",\"send\"]");

    // When: it goes over to the key that follows
    errors.getBuffer().setLength(0);
    json("keys", "rotate", issued.get("id").asString(), "--kafka", kafka, "--json");

    // Then
    assertThat(errors.toString()).contains("Warning: the scope replay");
  }

  @Test
  void rotatedKeyShouldHoldForTheOverlapOnly() {
    // Given
    JsonNode old = issue("acme", "send");
    String id = old.get("id").asString();

    // When
    JsonNode overlapping = json("keys", "rotate", id, "--kafka", kafka, "--json");

    // Then: both hold
    awaitStatus(overlapping.get("key").asString(), 202);
    awaitStatus(old.get("key").asString(), 202);

    // When
    JsonNode last = json("keys", "rotate", id, "--kafka", kafka, "--overlap", "0s", "--json");

    // Then
    awaitStatus(last.get("key").asString(), 202);
    awaitStatus(old.get("key").asString(), 401);
    assertThat(last.get("scopes")).isEqualTo(old.get("scopes"));
    assertThat(last.get("expires").isNull()).isTrue();
    assertThat(execute("keys", "rotate", id, "--kafka", kafka)).isEqualTo(2);
    assertThat(errors.toString()).contains("has expired; issue a new one");
  }

  @Test
  void rotatedKeyShouldLiveAsLongAsTheOtherWasTo() {
    // Given
    JsonNode old =
        json("keys", "issue", "--kafka", kafka, "--scope", "send", "--expires", "1d", "--json");

    // When
    JsonNode rotated = json("keys", "rotate", old.get("id").asString(), "--kafka", kafka, "--json");

    // Then
    Instant created = Instant.parse(rotated.get("created").asString());
    assertThat(Instant.parse(rotated.get("expires").asString()))
        .isEqualTo(created.plus(Duration.ofDays(1)));
  }

  @Test
  void keyShouldExpire() {
    // Given
    JsonNode issued =
        json("keys", "issue", "--kafka", kafka, "--scope", "send", "--expires", "1500ms", "--json");

    // When // Then
    awaitStatus(issued.get("key").asString(), 202);
    awaitStatus(issued.get("key").asString(), 401);
  }

  @Test
  void keyWithoutTheScopeShouldBeForbidden() {
    awaitStatus(issue("acme", "inspect").get("key").asString(), 403);
  }

  @Test
  void fanoutShouldWantTheScopeToInspectAndKnowOnlyTheTenantOfTheKey() throws Exception {
    // Given
    String sending = issue("acme", "send").get("key").asString();
    String inspecting = issue("acme", "inspect").get("key").asString();
    String ofOthers = issue("rival", "inspect").get("key").asString();
    awaitStatus(sending, 202);

    // When // Then
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> inspect("alice", inspecting) == 200 && inspect("alice", ofOthers) == 404);
    assertThat(inspect("alice", sending)).isEqualTo(403);
    assertThat(inspect("alice", "nonsense")).isEqualTo(401);
  }

  private int inspect(String user, String key) throws Exception {
    return http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + fanoutPort + "/v1/users/" + user))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(30))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void listShouldShowKeysOfATenantWithoutSecrets() {
    // Given
    JsonNode issued = issue("listed", "policies");
    issue("other", "send");

    // When
    lines.getBuffer().setLength(0);
    int exit = execute("keys", "list", "--kafka", kafka, "--tenant", "listed");

    // Then
    assertThat(exit).isZero();
    assertThat(lines.toString().lines()).hasSize(2);
    assertThat(lines.toString())
        .contains(issued.get("id").asString())
        .contains("policies")
        .doesNotContain(issued.get("key").asString());
  }

  @Test
  void kafkaShouldNotHaveTheSecret() {
    // Given
    String key = issue("secret", "send").get("key").asString();
    String secret = key.substring(key.length() - 43);
    TopicPartition topic = new TopicPartition("tidegate.keys", 0);

    // When
    StringBuilder all = new StringBuilder();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
      while (consumer.position(topic) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  all.append(new String(record.key(), UTF_8));
                  all.append(record.value() == null ? "" : new String(record.value(), UTF_8));
                });
      }
    }

    // Then
    assertThat(all.toString()).contains(ApiKey.parse(key).id()).doesNotContain(secret);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "issue | --scope: want some of send, groups, policies, replay, inspect, tokens, endpoints,"
            + " got \"fly\" | --scope send,fly",
        "issue | --tenant: want 1 to 64 of [a-z0-9-] | --scope send --tenant A",
        "issue | --expires: want a duration such as 500ms, 10s, 2m, 6h or 7d, got \"soon\""
            + " | --scope send --expires soon",
        "rotate | --overlap: want up to 366d, got \"999999999999d\""
            + " | abcdefghijkl --overlap 999999999999d",
        "rotate | ID: want 12 of [a-z0-9], as `tidegate keys list` shows them | x",
        "revoke | there is no key abcdefghijkl; `tidegate keys list` shows all | abcdefghijkl"
      })
  void misuseShouldBeToldWithExitCode2(String command, String told, String rest) {
    // When
    int exit = execute(("keys " + command + " --kafka " + kafka + " " + rest).split(" "));

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains(told);
  }

  @Test
  void topicThatIsMissingShouldBeTold() {
    // When
    int exit = execute("keys", "list", "--kafka", kafka, "--prefix", "none");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains("no topic none.keys").contains("tidegate topics create");
  }

  @Test
  void rateOfAKeyShouldHoldAndGoOverToTheKeyThatFollows() throws Exception {
    // Given: so slow that nothing comes back within the test
    JsonNode issued =
        json(
            "keys",
            "issue",
            "--kafka",
            kafka,
            "--tenant",
            "slow",
            "--scope",
            "send",
            "--rate",
            "1/1d/2",
            "--json");
    JsonNode next = json("keys", "rotate", issued.get("id").asString(), "--kafka", kafka, "--json");

    // When // Then: what waits for the key's being known is answered 401, and takes nothing
    for (JsonNode key : List.of(issued, next)) {
      awaitStatus(key.get("key").asString(), 202);
      assertThat(send(key.get("key").asString())).isEqualTo(202);
      assertThat(send(key.get("key").asString())).isEqualTo(429);
      assertThat(key.get("rate").asString()).isEqualTo("1/1d/2");
      assertThat(key.get("bytes").isNull()).isTrue();
    }
  }

  @Test
  void limitOfATenantShouldBeHeardLiveAndTakenBack() throws Exception {
    // Given
    String key = issue("limited", "send").get("key").asString();
    awaitStatus(key, 202);

    // When
    JsonNode limit =
        json(
            "tenants", "limit", "limited", "--kafka", kafka, "--rate", "1/1d/1", "--bytes",
            "1048576", "--json");

    // Then
    awaitStatus(key, 429);
    assertThat(limit.get("rate").asString()).isEqualTo("1/1d");
    assertThat(json("tenants", "list", "--kafka", kafka, "--json").get("tenants"))
        .filteredOn(tenant -> tenant.get("tenant").asString().equals("limited"))
        .containsExactly(limit);

    // When
    assertThat(execute("tenants", "limit", "limited", "--kafka", kafka, "--reset")).isZero();

    // Then
    awaitStatus(key, 202);
    assertThat(json("tenants", "list", "--kafka", kafka, "--json").get("tenants").toString())
        .doesNotContain("limited");
  }
}
