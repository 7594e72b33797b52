package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.cli.broker.DataFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tidegate loadtest} against the pipeline. What is lost, repeated, out of order or above a
 * limit fails it; how long anything takes does not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestIT {
  private static final String DEVICES = "--devices-per-process";

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

  private String[] arguments(String profile, String names, String... more) {
    List<String> all = new ArrayList<>(List.of("loadtest", profile, "--names", names));
    all.addAll(List.of(more));
    all.addAll(
        List.of(
            "--ingest", "http://127.0.0.1:" + pipeline.ingestPort(),
            "--delivery", "http://127.0.0.1:" + pipeline.deliveryPort(),
            "--fanout", "http://127.0.0.1:" + pipeline.fanoutPort(),
            "--kafka", pipeline.kafka()));
    return all.toArray(String[]::new);
  }

  /** One in which nothing is found. */
  private CommandRun passed(String profile, String names, String... more) {
    CommandRun run = CommandRun.of(arguments(profile, names, more));
    assertThat(run.status()).as("%s%n%s", run.out(), run.err()).isZero();
    return run;
  }

  private CompletableFuture<CommandRun> begun(
      StringWriter err, String profile, String names, String... more) {
    return CompletableFuture.supplyAsync(() -> CommandRun.of(err, arguments(profile, names, more)));
  }

  private String profile(String yaml) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "profile", ".yaml"), yaml).toString();
  }

  private static JsonNode report(Path out) {
    return JsonMapper.shared().readTree(out.resolve("report.json"));
  }

  @Test
  void theShortProfileFindsNothingWrong() throws IOException {
    Path out = folder.resolve("short");
    CommandRun run = passed("short", "short", "--out", out.toString());

    assertThat(run.out()).contains("PASSED: accepted 1,000, expected 1,000, shown 1,000");
    JsonNode report = report(out);
    assertThat(report.path("totals").path("shown").asLong()).isEqualTo(1_000);
    assertThat(report.path("totals").path("reconnects").asLong()).isGreaterThanOrEqualTo(100);
    assertThat(report.path("answers").path("202").asLong()).isEqualTo(1_000);
    JsonNode runtime = report.path("processes").path(0).path("runtime");
    assertThat(runtime.path("JDK").asString())
        .isEqualTo(System.getProperty("java.runtime.version"));
    assertThat(runtime.path("Kafka client").asString()).isEqualTo(AppInfoParser.getVersion());
    assertThat(runtime.path("max heap bytes").asString())
        .isEqualTo(String.valueOf(Runtime.getRuntime().maxMemory()));
    JsonNode settings = report.path("processes").path(0).path("settings");
    assertThat(settings.path("TIDEGATE_INGEST_MAX_STREAMS").asString()).isEqualTo("256");
    assertThat(settings.path("TIDEGATE_FANOUT_STORE").asString()).isEqualTo("rocksdb");
    assertThat(settings.path("TIDEGATE_DELIVERY_ACK").asString()).isEqualTo("50ms");
    assertThat(Files.readString(out.resolve("report.html"))).contains("<svg", "</html>");
  }

  @Test
  void aPolicyIsHeldAndIsGoneAfterwards() throws IOException {
    String slow =
        profile(
            """
            users: 20
            policy: {limits: [{limit: 1, window: PT3S, burst: 1}]}
            send: {through: batch}
            phases: [{burst: 60}, {for: 1s, rate: 20}]
            drain: 60s
            """);
    // By the instants of release: one that is held up on its way brings the next no nearer.
    assertThat(passed(slow, "paced", "--audit").out()).contains("shown 80");
    passed("short", "after", "--users", "50");
  }

  @Test
  void aPolicyThatSomebodyChangesIsSaid() throws Exception {
    String limited =
        profile(
            """
            users: 5
            policy: {limits: [{limit: 100, window: PT1S, burst: 100}]}
            phases: [{for: 6s, rate: 10}]
            drain: 2s
            """);
    StringWriter err = new StringWriter();
    CompletableFuture<CommandRun> run = begun(err, limited, "changed");
    await().atMost(Duration.ofSeconds(60)).until(() -> err.toString().contains("offering"));
    policy("PUT", "{\"limits\":[]}");
    CommandRun ended = run.get(60, TimeUnit.SECONDS);

    assertThat(ended.status()).as("%s%n%s", ended.out(), ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains("policy_changed: 1");
  }

  private void policy(String method, String json) throws Exception {
    URI policy = URI.create("http://127.0.0.1:" + pipeline.ingestPort() + "/v1/policies/default");
    HttpRequest request =
        HttpRequest.newBuilder(policy)
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      assertThat(status).isBetween(200, 299);
    }
  }

  @Test
  void twoGeneratorsGoByAPolicyThatIsSetAndTheirReportsAreMerged() throws Exception {
    String paced =
        profile(
            """
            users: 10
            policy: {limits: [{limit: 2, window: PT1S, burst: 2}]}
            phases: [{for: 6s, rate: 20}]
            drain: 10s
            """);
    policy("PUT", "{\"limits\":[{\"limit\":3,\"window\":\"PT1S\",\"burst\":2}]}");
    CommandRun other = CommandRun.of(arguments(paced, "set0", "--policy-is-set"));
    policy("PUT", "{\"limits\":[{\"window\":\"PT1S\",\"limit\":2,\"burst\":2}]}");
    Path a = folder.resolve("set-a");
    Path b = folder.resolve("set-b");
    CompletableFuture<CommandRun> first =
        begun(new StringWriter(), paced, "set1", "--policy-is-set", "--out", a.toString());
    CommandRun two =
        CommandRun.of(
            arguments(paced, "set2", "--policy-is-set", DEVICES, "5", "--out", b.toString()));
    CommandRun one = first.get(90, TimeUnit.SECONDS);
    CommandRun merged = CommandRun.of("loadtest", "--merge", a.toString(), b.toString());
    policy("DELETE", "");

    assertThat(other.status()).as("%s", other).isEqualTo(2);
    assertThat(other.err()).contains("--policy-is-set", "limits: want").contains("\"limit\":3");
    assertThat(one.status()).as("%s", one).isZero();
    assertThat(two.status()).as("%s", two).isZero();
    assertThat(merged.out()).contains("PASSED: accepted 240, expected 240, shown 240");
    String held = report(b).path("settings").path("options").path("policy default").asString("");
    assertThat(held).contains("\"limit\":2");
    CommandRun without = CommandRun.of(arguments("short", "set3", "--policy-is-set"));
    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err()).contains("--policy-is-set: the profile has no policy");
  }

  /** As fan-out says. */
  private String policyNameOf(String user) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + pipeline.fanoutPort() + "/v1/users/" + user);
    try (HttpClient http = HttpClient.newHttpClient()) {
      String told =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return JsonMapper.shared().readTree(told).path("policy").path("name").asString("");
    }
  }

  @Test
  void whatThePolicyOfADeploymentDropsIsCountedAndNoLoss() throws Exception {
    String burst = profile("users: 10\nphases: [{burst: 40}]\ndrain: 2s\n");
    passed(burst, "deployed");
    policy("PUT", "{\"limits\":[{\"limit\":1,\"window\":\"PT5S\",\"on_exceed\":\"drop\"}]}");
    await().until(() -> policyNameOf("deployed-0").equals("default"));
    CommandRun whole = CommandRun.of(arguments(burst, "deployed", "--audit"));
    CommandRun parts = CommandRun.of(arguments(burst, "deployed2", DEVICES, "5"));
    policy("DELETE", "");

    assertThat(whole.status()).as("%s", whole).isZero();
    assertThat(unwrapped(whole)).contains("the policy drops or collapses what exceeds it");
    assertThat(parts.status()).as("%s", parts).isZero();
    assertThat(unwrapped(parts)).contains("generator 2 of 2: ").contains("the policy drops");
  }

  private static String unwrapped(CommandRun run) {
    return run.out().replaceAll("\\s+", " ");
  }

  /** The broker keeps fan-out's instants meanwhile, which an audit without them would say. */
  @Test
  void anAuditReadsWhatFanOutWrote() throws IOException {
    String slow =
        profile(
            """
            users: 20
            policy: {limits: [{limit: 2, window: PT1S, burst: 2}], batch: {max_messages: 5}}
            send: {through: batch}
            phases: [{burst: 400}, {for: 1s, rate: 20}]
            drain: 20s
            """);
    for (String processes : new String[] {"20", "10"}) {
      assertThat(passed(slow, "audit" + processes, "--audit", DEVICES, processes).out())
          .contains("PASSED: accepted 420, expected 420, shown 420")
          .contains("release → push")
          .contains("outcomes: {delivered=%d}".formatted(processes.equals("20") ? 420 : 210));
    }
  }

  @Test
  void groupsAreMadeAndAllMembersAreShownTheirs() throws IOException {
    String groups =
        profile(
            """
            users: 40
            devices: 2
            to: group
            groups: {count: 4, members: 10}
            phases: [{for: 1s, rate: 12}]
            """);
    assertThat(passed(groups, "grouped").out())
        .contains("PASSED: accepted 12, expected 240, shown 240");
  }

  @Test
  void messagesStraightToKafkaAreShown() throws IOException {
    String kafka =
        profile(
            """
            users: 20
            send: {through: kafka}
            phases: [{for: 1s, rate: 200}]
            """);
    Path config = Files.writeString(folder.resolve("client"), "security.protocol=PLAINTEXT\n");
    Path out = folder.resolve("direct");
    CommandRun run =
        passed(kafka, "direct", "--kafka-config", config.toString(), "--out", out.toString());

    assertThat(run.out()).contains("PASSED: accepted 200, expected 200, shown 200");
    JsonNode settings = report(out).path("settings").path("options");
    assertThat(settings.path("Kafka").asString(""))
        .startsWith("brokers 1, ")
        .contains("metadata.version ");
    assertThat(settings.path("topic tidegate.messages").asString(""))
        .isEqualTo(
            "partitions %d, replicas of each 1".formatted(PipelineContract.PLAN.partitions()));
  }

  @Test
  void severalProcessesHaveTogetherWhatOneHas() throws IOException {
    Path out = folder.resolve("several");
    CommandRun run = passed("short", "several", DEVICES, "70", "--out", out.toString());

    assertThat(run.out()).contains("PASSED: accepted 1,000, expected 1,000, shown 1,000");
    assertThat(run.err()).contains("connecting 200 devices").contains("from 3 processes");
    assertThat(run.err().lines().filter(line -> line.contains("cut 50%"))).hasSize(1);
    JsonNode report = report(out);
    assertThat(report.path("generators")).hasSize(3);
    assertThat(report.path("totals").path("devices").asLong()).isEqualTo(200);
    assertThat(report.path("totals").path("offered").asLong()).isEqualTo(1_000);
    assertThat(report.path("latencies").path("due_to_push").path("whole").path("count").asLong())
        .isEqualTo(1_000);
    long offered = 0;
    for (JsonNode second : report.path("series").path("offered")) {
      offered += second.asLong();
    }
    assertThat(offered).isEqualTo(1_000);
    assertThat(report.path("processes")).isNotEmpty();
    assertThat(report.path("settings").path("options").path("--devices-per-process").asString(""))
        .isEqualTo("70");
  }

  @Test
  void aMessageToAllIsAwaitedAtTheDevicesOfAllProcesses() throws IOException {
    String all =
        profile(
            """
            users: 30
            to: all
            phases: [{for: 2s, rate: 5}]
            drain: 5s
            """);
    assertThat(passed(all, "all", DEVICES, "10").out())
        .contains("PASSED: accepted 10, expected 300, shown 300");
  }

  @Test
  void aProcessThatIsKilledEndsTheRunAndIsNamed() throws Exception {
    String steady =
        profile(
            """
            users: 30
            phases: [{for: 60s, rate: 50}]
            """);
    CompletableFuture<CommandRun> run = begun(new StringWriter(), steady, "killed", DEVICES, "10");
    AtomicReference<ProcessHandle> second = new AtomicReference<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              parts(ProcessHandle.current(), "--names=killed")
                  .filter(part -> command(part).contains("--part=1/3/"))
                  .findAny()
                  .ifPresent(second::set);
              return second.get() != null;
            });
    long pid = second.get().pid();
    assertThat(second.get().destroyForcibly()).isTrue();
    CommandRun ended = run.get(60, TimeUnit.SECONDS);

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err())
        .contains(
            "generator 2 of 3 (process %d) was ended by signal 9 before it had told"
                .formatted(pid));
    assertThat(parts(ProcessHandle.current(), "--names=killed")).isEmpty();
  }

  @Test
  void processesEndWithTheOneThatStartedThem() throws Exception {
    String steady =
        profile(
            """
            users: 30
            phases: [{for: 60s, rate: 50}]
            """);
    for (boolean kill : new boolean[] {false, true}) {
      String names = kill ? "orphans" : "stopped";
      try (CommandProcess run = new CommandProcess(arguments(steady, names, DEVICES, "10"))) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> parts(run.handle(), "--names=" + names).count() == 3);
        List<ProcessHandle> parts = parts(run.handle(), "--names=" + names).toList();
        if (kill) {
          run.kill();
        } else {
          run.terminate();
        }
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> parts.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(run.exitCode(Duration.ofSeconds(20))).isEqualTo(kill ? 137 : 143);
      }
    }
  }

  /** The class path alone is longer than what Java reads of a command. */
  private static Stream<ProcessHandle> parts(ProcessHandle of, String argument) {
    return of.children().filter(child -> command(child).contains(argument));
  }

  private static String command(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void whoIsAwayIsShownWhatWaited() throws IOException {
    String away =
        profile(
            """
            users: 20
            phases: [{for: 3s, rate: 100}]
            events: [{at: 500ms, leave: 50%, for: 1500ms}, {at: 500ms, stop_reading: 20%, for: 1s}]
            """);
    assertThat(passed(away, "away").out())
        .contains("PASSED: accepted 300, expected 300, shown 300");
  }
}
