package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What commands say of a Kafka that is not as their defaults have it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommandsOnKafkaIT {
  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private Path feed = Path.of("");
  private Path noUp = Path.of("");
  private String kafka = "";
  private AutoCloseable broker = () -> {};

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    DataFolder folder = DataFolder.open(temporary.resolve("broker"));
    EmbeddedBroker started = EmbeddedBroker.start(folder, 0);
    kafka = started.bootstrapServers();
    broker =
        () -> {
          started.close();
          folder.close();
        };
    noUp = temporary.resolve("no-up");
    feed =
        Files.writeString(
            temporary.resolve("feed.ndjson"),
            "{\"id\":\"1\",\"time\":\"2026-11-27T06:30:00Z\",\"who\":\"a\",\"areas\":[\"x\"],"
                + "\"files\":1}\n");
  }

  @BeforeEach
  void forgetWhatWasSaid() {
    lines.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
  }

  @AfterAll
  void stop() throws Exception {
    broker.close();
  }

  @Test
  void createWithoutPartitionsShouldKeepThoseThatAreThere() {
    // Given
    execute("topics", "create", "--kafka", kafka, "--prefix", "p", "--partitions", "2");
    lines.getBuffer().setLength(0);

    // When
    int again = execute("topics", "create", "--kafka", kafka, "--prefix", "p");
    int other = execute("topics", "create", "--kafka", kafka, "--prefix", "p", "--partitions", "3");

    // Then
    assertThat(again).isZero();
    assertThat(lines.toString().lines())
        .containsExactly(
            "p.messages keeps its 2 partitions (the default for new ones is 12)",
            "0 created, 15 were there already");
    assertThat(other).isEqualTo(2);
    assertThat(errors.toString()).contains("has 2 partitions, want 3");
  }

  @Test
  void describeShouldSayWhatMakesTheTopics() {
    // When
    int exit = execute("topics", "describe", "--kafka", kafka, "--prefix", "none");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(lines.toString())
        .endsWith("with: tidegate topics create --kafka " + kafka + " --prefix none\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "fanout"})
  void serviceShouldNotStartWhereMembersDoNotLieWithTheMessages(String service) throws Exception {
    // Given
    String prefix = "askew-" + service;
    execute("topics", "create", "--kafka", kafka, "--prefix", prefix, "--partitions", "2");
    String[] run = {"run", service, "--kafka", kafka, "--prefix", prefix, "--port", "0"};
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      admin.deleteTopics(List.of(prefix + ".members")).all().get();
      await().until(() -> !admin.listTopics().names().get().contains(prefix + ".members"));

      // When
      int missing = execute(run);
      String toldMissing = take();
      admin.createTopics(List.of(new NewTopic(prefix + ".members", 3, (short) 1))).all().get();
      await().until(() -> admin.listTopics().names().get().contains(prefix + ".members"));
      int askew = execute(run);
      String toldAskew = take();

      // Then
      assertThat(missing).isEqualTo(2);
      assertThat(toldMissing).contains(prefix + ".members").contains("tidegate topics create");
      assertThat(askew).isEqualTo(2);
      assertThat(toldAskew)
          .contains(prefix + ".messages and " + prefix + ".members")
          .contains("but have 2 and 3");
    }
  }

  @Test
  void demoShouldNotGuessTheKafkaOfAPipelineThatRuns() throws Exception {
    execute("topics", "create", "--kafka", kafka, "--prefix", "q", "--partitions", "1");
    HttpServer ingest = ingestOfAnotherKafka();
    try {
      // When
      int unknown = demo(ingest);
      String toldUnknown = take();
      int unreachable = demo(ingest, "--kafka", "127.0.0.1:1");
      String toldUnreachable = take();
      int empty = demo(ingest, "--kafka", kafka, "--prefix", "none");
      String toldEmpty = take();
      int another = demo(ingest, "--kafka", kafka, "--prefix", "q");
      String toldAnother = take();

      // Then
      assertThat(new int[] {unknown, unreachable, empty, another}).containsOnly(2);
      assertThat(toldUnknown).startsWith("tidegate: --kafka: wanted, since the pipeline on port ");
      assertThat(toldUnreachable)
          .isEqualTo(
              "tidegate: Kafka at 127.0.0.1:1 is not reachable; if it wants TLS or a login,"
                  + " --kafka-config or TIDEGATE_KAFKA_CONFIG is to say how");
      assertThat(toldEmpty).contains("has no topic none.outcomes");
      assertThat(toldAnother)
          .startsWith("tidegate: the outcome of a first message did not come within 10 s");
    } finally {
      ingest.stop(0);
    }
  }

  /** Is ready, and accepts whatever comes. */
  private static HttpServer ingestOfAnotherKafka() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "{\"id\":\"x\",\"accepted\":1}\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private int demo(HttpServer ingest, String... more) {
    String port = Integer.toString(ingest.getAddress().getPort());
    String[] fixed = {
      "demo", "--feed", feed.toString(), "--data-dir", noUp.toString(), "--ingest-port", port
    };
    String[] all = java.util.Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return execute(all);
  }

  private String take() {
    String told = errors.toString().strip();
    errors.getBuffer().setLength(0);
    return told;
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(lines, true));
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(arguments);
  }
}
