package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.loadtest.LoadtestCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tidegate loadtest} against the pipeline. What is lost, repeated, out of order or above a
 * limit fails it; how long anything takes does not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestIT {
  private final Path folder;
  private final Pipeline pipeline;

  LoadtestIT(@TempDir Path temporary) throws Exception {
    folder = temporary;
    pipeline =
        Pipeline.start(
            DataFolder.open(temporary.resolve("data")),
            Pipeline.Settings.anyPorts(PipelineContract.PLAN));
  }

  @BeforeAll
  void pipelineShouldBeReady() {
    await().atMost(Duration.ofSeconds(30)).until(pipeline::ready);
  }

  @AfterAll
  void stop() {
    pipeline.close();
  }

  private record Ended(int status, String out, String err) {}

  private Ended loadtest(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--ingest", "http://127.0.0.1:" + pipeline.ingestPort(),
            "--delivery", "http://127.0.0.1:" + pipeline.deliveryPort(),
            "--fanout", "http://127.0.0.1:" + pipeline.fanoutPort(),
            "--kafka", pipeline.kafka()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new LoadtestCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Ended(status, out.toString(), err.toString());
  }

  private Path profile(String yaml) throws IOException {
    Path file = Files.createTempFile(folder, "profile", ".yaml");
    return Files.writeString(file, yaml);
  }

  @Test
  void theShortProfileFindsNothingWrong() throws IOException {
    Path out = folder.resolve("short");
    Ended ended = loadtest("short", "--out", out.toString());

    assertThat(ended.status).as("%s%n%s", ended.out, ended.err).isZero();
    assertThat(ended.out).contains("PASSED: accepted 1,000, expected 1,000, shown 1,000");
    JsonNode report = JsonMapper.shared().readTree(out.resolve("report.json"));
    assertThat(report.path("totals").path("shown").asLong()).isEqualTo(1_000);
    assertThat(report.path("totals").path("reconnects").asLong()).isGreaterThanOrEqualTo(100);
    assertThat(report.path("answers").path("202").asLong()).isEqualTo(1_000);
    assertThat(Files.readString(out.resolve("report.html"))).contains("<svg", "</html>");
  }

  @Test
  void aPolicyIsHeldAndIsGoneAfterwards() throws IOException {
    Path slow =
        profile(
            """
            users: 20
            policy: {limits: [{limit: 1, window: PT3S, burst: 1}]}
            send: {through: batch}
            phases: [{burst: 60}, {for: 1s, rate: 20}]
            drain: 20s
            """);
    Ended ended = loadtest(slow.toString(), "--names", "paced");

    assertThat(ended.status).as("%s%n%s", ended.out, ended.err).isZero();
    assertThat(ended.out).contains("shown 80");
    Ended again = loadtest("short", "--names", "after", "--users", "50");
    assertThat(again.status).as("%s%n%s", again.out, again.err).isZero();
  }

  @Test
  void groupsAreMadeAndAllMembersAreShownTheirs() throws IOException {
    Path groups =
        profile(
            """
            users: 40
            devices: 2
            to: group
            groups: {count: 4, members: 10}
            phases: [{for: 1s, rate: 12}]
            """);
    Ended ended = loadtest(groups.toString(), "--names", "grouped");

    assertThat(ended.status).as("%s%n%s", ended.out, ended.err).isZero();
    assertThat(ended.out).contains("PASSED: accepted 12, expected 240, shown 240");
  }

  @Test
  void messagesStraightToKafkaAreShown() throws IOException {
    Path kafka =
        profile(
            """
            users: 20
            send: {through: kafka}
            phases: [{for: 1s, rate: 200}]
            """);
    Ended ended = loadtest(kafka.toString(), "--names", "direct");

    assertThat(ended.status).as("%s%n%s", ended.out, ended.err).isZero();
    assertThat(ended.out).contains("PASSED: accepted 200, expected 200, shown 200");
  }

  @Test
  void whoIsAwayIsShownWhatWaited() throws IOException {
    Path away =
        profile(
            """
            users: 20
            phases: [{for: 3s, rate: 100}]
            events: [{at: 500ms, leave: 50%, for: 1500ms}, {at: 500ms, stop_reading: 20%, for: 1s}]
            """);
    Ended ended = loadtest(away.toString(), "--names", "away");

    assertThat(ended.status).as("%s%n%s", ended.out, ended.err).isZero();
    assertThat(ended.out).contains("PASSED: accepted 300, expected 300, shown 300");
  }
}
