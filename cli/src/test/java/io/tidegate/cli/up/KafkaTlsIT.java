package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.ingest.IngestConfig;
import io.tidegate.testkafka.JvmKafka;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything at the listener of a Kafka that takes nobody without TLS and password: the three
 * services, and the commands that ask Kafka themselves.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaTlsIT {
  private static final String PASSWORD = "open-sesame";
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final Path folder;
  private final Path authority;
  private final JvmKafka kafka;
  private final Pipeline pipeline;
  private final Path profile;

  KafkaTlsIT(@TempDir Path temporary) throws Exception {
    folder = temporary;
    TestAuthority ca = TestAuthority.create("kafka-ca");
    authority = ca.write(temporary);
    kafka =
        new JvmKafka(
            temporary.resolve("kafka"), new JvmKafka.Login(ca.issue("kafka"), "load", PASSWORD));
    pipeline =
        Pipeline.start(
            DataFolder.open(temporary.resolve("data")),
            new Pipeline.Settings(
                access(config(authority, PASSWORD)),
                null,
                PipelineContract.PLAN,
                false,
                0,
                0,
                0,
                0));
    profile =
        Files.writeString(
            temporary.resolve("profile.yaml"),
            """
            users: 10
            send: {through: kafka}
            phases: [{for: 1s, rate: 50}]
            """);
  }

  @BeforeAll
  void pipelineShouldBeReady() {
    await().atMost(Duration.ofSeconds(30)).until(pipeline::ready);
  }

  private KafkaAccess access(Path file) throws StartupException {
    return KafkaAccess.read(kafka.secureServers(), file, KafkaAccess.VARIABLE);
  }

  @AfterAll
  void stop() {
    pipeline.close();
    kafka.close();
  }

  /** That of docs/KAFKA.md, as it is printed but for the authority and the password. */
  private Path config(Path trusted, String password) throws IOException {
    String page = Files.readString(Path.of("../docs/KAFKA.md"));
    int from = page.indexOf("security.protocol=");
    String printed = page.substring(from, page.indexOf("```", from));
    assertThat(printed).contains("/etc/tidegate/ca.pem", PASSWORD);
    return Files.writeString(
        Files.createTempFile(folder, "client", ".properties"),
        printed.replace("/etc/tidegate/ca.pem", trusted.toString()).replace(PASSWORD, password));
  }

  private CommandRun secured(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--kafka",
            kafka.secureServers(),
            "--kafka-config",
            config(authority, PASSWORD).toString()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  @Test
  void messageGoesFromRestToADevice() {
    CommandRun sent =
        CommandRun.of(
            "send", "--url", "http://127.0.0.1:" + pipeline.ingestPort(), "--to", "alice", "hello");
    CommandRun shown =
        CommandRun.of(
            "listen",
            "--url",
            "http://127.0.0.1:" + pipeline.deliveryPort(),
            "--user",
            "alice",
            "--count",
            "1");

    assertThat(sent.status()).as("%s", sent).isZero();
    assertThat(shown.status()).as("%s", shown).isZero();
    assertThat(shown.out()).contains("io.tidegate.message  \"hello\"");
  }

  @Test
  void commandsAskKafkaThemselves() throws IOException {
    CommandRun topics = secured("topics", "describe");
    CommandRun created = secured("topics", "create");
    CommandRun issued = secured("keys", "issue", "--scope", "send", "--name", "over TLS");
    CommandRun listed = secured("keys", "list");
    CommandRun revoked = secured("revoke", "--user", "alice");
    CommandRun limited = secured("tenants", "limit", "acme", "--rate", "5/1s");

    assertThat(List.of(topics, created, issued, listed, revoked, limited))
        .allSatisfy(run -> assertThat(run.status()).as("%s", run).isZero());
    assertThat(topics.out()).contains("tidegate.messages");
    assertThat(created.out()).contains("were there already");
    assertThat(listed.out()).contains("over TLS");
  }

  /** In seconds, and with nothing left running. */
  @Test
  void noServiceStartsWithAWrongLogin() throws Exception {
    KafkaAccess wrong = access(config(authority, "wrong-one"));
    Topics topics = PipelineContract.PLAN.topics();
    List<ThrowableAssert.ThrowingCallable> starts =
        List.of(
            () ->
                Services.ingest(
                    Services.configured(IngestConfig::from, wrong, topics)
                        .withKafka(wrong)
                        .withAddress("127.0.0.1", 0)),
            () ->
                Services.delivery(
                    Services.configured(DeliveryConfig::from, wrong, topics)
                        .withKafka(wrong)
                        .withSlot(1)
                        .withPort(0)),
            () ->
                Services.fanout(
                    Services.configured(FanoutConfig::from, wrong, topics)
                        .withKafka(wrong)
                        .withPort(0)));
    for (ThrowableAssert.ThrowingCallable start : starts) {
      long began = System.nanoTime();
      assertThatThrownBy(start)
          .isInstanceOf(StartupException.class)
          .hasMessageStartingWith(
              "Kafka at "
                  + kafka.secureServers()
                  + " refuses the login that TIDEGATE_KAFKA_CONFIG has: ")
          .hasMessageContaining("Invalid username or password");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
    }
  }

  /** The last: another broker is there after it. */
  @Test
  @Order(Integer.MAX_VALUE)
  void servicesSayThatTheirLoginIsNotTakenAnyMoreAndGoOnWhenItIs() throws Exception {
    kafka.stop();
    kafka.restart("another");
    for (int port :
        new int[] {pipeline.ingestPort(), pipeline.deliveryPort(), pipeline.fanoutPort()}) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(ready(port))
                      .startsWith("503 ")
                      .contains("Kafka refuses the login that TIDEGATE_KAFKA_CONFIG has")
                      .doesNotContain(PASSWORD));
    }

    kafka.stop();
    kafka.restart(PASSWORD);
    await().atMost(Duration.ofSeconds(40)).until(pipeline::ready);
  }

  private static String ready(int port) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  private CommandRun loadtest(String names, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "loadtest",
                profile.toString(),
                "--names",
                names,
                "--ingest",
                "http://127.0.0.1:" + pipeline.ingestPort(),
                "--delivery",
                "http://127.0.0.1:" + pipeline.deliveryPort(),
                "--fanout",
                "http://127.0.0.1:" + pipeline.fanoutPort(),
                "--kafka",
                kafka.secureServers()));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  /** Both of the first thing that asks Kafka: the admin with --audit, the producer without. */
  private void refused(String names, String reason, String... more) {
    for (boolean audit : new boolean[] {true, false}) {
      List<String> arguments = new ArrayList<>(List.of(more));
      if (audit) {
        arguments.add("--audit");
      }
      long began = System.nanoTime();
      CommandRun ended = loadtest(names, arguments.toArray(String[]::new));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
      assertThat(ended.status()).as("%s", ended).isEqualTo(2);
      assertThat(ended.err())
          .contains("tidegate: Kafka at " + kafka.secureServers(), "--kafka-config", reason)
          .doesNotContain(PASSWORD, "wrong-one", "\tat ", "a fault of ours");
    }
  }

  @Test
  void producerAdminAndConsumersGoByTheFile() throws IOException {
    Path out = folder.resolve("out");
    CommandRun ended =
        loadtest(
            "secure",
            "--kafka-config",
            config(authority, PASSWORD).toString(),
            "--audit",
            "--out",
            out.toString());

    assertThat(ended.status()).as("%s", ended).isZero();
    assertThat(ended.out())
        .contains("PASSED: accepted 50, expected 50, shown 50", "outcomes: {delivered=50}");
    JsonNode settings =
        JsonMapper.shared().readTree(out.resolve("report.json")).path("settings").path("options");
    assertThat(settings.path("Kafka").asString("")).startsWith("brokers 1, ");
    assertThat(Files.readString(out.resolve("report.json"))).doesNotContain(PASSWORD);
  }

  @Test
  void aWrongPasswordIsSaid() throws IOException {
    refused(
        "password",
        "Invalid username or password",
        "--kafka-config",
        config(authority, "wrong-one").toString());
  }

  @Test
  void anAuthorityThatIsNotItsOwnIsSaid() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    refused(
        "authority",
        "unable to find valid certification path",
        "--kafka-config",
        config(TestAuthority.create("another").write(other), PASSWORD).toString());
  }

  @Test
  void plainTextIsSaidToBeAPossibleCause() {
    refused("plain", "wants TLS or a login");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path none = folder.resolve("none.properties");
    CommandRun ended = loadtest("none", "--kafka-config", none.toString());

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("--kafka-config: there is no file " + none);
  }
}
