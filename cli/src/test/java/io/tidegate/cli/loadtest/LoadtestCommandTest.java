package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.cli.CommandRun;
import io.tidegate.loadtest.profile.Profiles;
import io.tidegate.loadtest.report.CapacityStep;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.ReportJson;
import io.tidegate.loadtest.self.Mischief;
import io.tidegate.loadtest.self.NullServer;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tidegate loadtest} to its end, against a server that does next to nothing. What a search
 * finds is settled by numbers and sizes of messages, not by how fast the machine is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestCommandTest {
  /** The first of a run's messages that are not shown to anyone. */
  private static final int FIRST_DROPPED = 38;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final NullServer good = new NullServer(Mischief.NONE);
  private final NullServer forgetful =
      new NullServer(
          (message, push) -> {
            if (number(message.id()) < FIRST_DROPPED) {
              push.now();
            }
          });

  private final Path folder;

  /** Two generators at one time. */
  private final Path first;

  private final Path second;
  private final CommandRun one;
  private final CommandRun other;

  /** Searches, which mostly wait. */
  private final Future<CommandRun> search;

  private final Future<CommandRun> selfTest;
  private final Future<CommandRun> searchOfTwo;

  LoadtestCommandTest(@TempDir Path temporary) throws Exception {
    folder = temporary;
    first = folder.resolve("first");
    second = folder.resolve("second");
    String few = profile("users: 10\nphases: [{burst: 7}]\ndrain: 5s\n");
    Future<CommandRun> begun =
        begun(good, few, "--names=one", "--rate=20", "--for=2s", "--out=" + first);
    other =
        begun(good, few, "--names=other", "--rate=20", "--for=2s", "--times=2", "--out=" + second)
            .get(60, TimeUnit.SECONDS);
    one = begun.get(60, TimeUnit.SECONDS);
    search = beginSearch();
    selfTest = beginSelfTest();
    searchOfTwo = beginSearchOfTwo();
  }

  private Future<CommandRun> beginSearch() throws IOException {
    String expiring = "users: 10\nsend: {ttl: 60s}\nphases: [{for: 1s, rate: 20}]\ndrain: 1s\n";
    return begun(
        forgetful,
        profile(expiring),
        "--find-capacity",
        "--step=1s",
        "--slo-push=60s",
        "--slo-accept=60s",
        "--json");
  }

  /** All of a step's messages go in one request, when the last of them is due. */
  private Future<CommandRun> beginSelfTest() throws IOException {
    String large =
        profile(
            """
            users: 4
            send: {through: batch, batch: 1000, linger: 10s, bytes: 262144}
            phases: [{for: 1s, rate: 16}]
            drain: 1s
            """);
    return threads.submit(
        () ->
            CommandRun.of(
                "loadtest",
                large,
                "--self-test",
                "--step=1s",
                "--slo-push=60s",
                "--slo-accept=60s",
                "--out=" + folder.resolve("self")));
  }

  /** No machine has a message accepted in no time. */
  private Future<CommandRun> beginSearchOfTwo() throws IOException {
    return begun(
        good,
        profile("users: 6\nphases: [{for: 3s, rate: 1}]\ndrain: 1s\n"),
        "--names=two",
        "--find-capacity",
        "--step=1s",
        "--slo-accept=0ms",
        "--devices-per-process=3",
        "--out=" + folder.resolve("two"));
  }

  private Future<CommandRun> begun(NullServer server, String profile, String... more) {
    List<String> all = new ArrayList<>(List.of("loadtest", profile));
    all.addAll(List.of(more));
    all.addAll(
        List.of(
            "--ingest=" + server.uri(),
            "--delivery=" + server.uri(),
            "--fanout=none",
            "--kafka=none.invalid:9092"));
    return threads.submit(() -> CommandRun.of(all.toArray(String[]::new)));
  }

  private String profile(String yaml) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "profile", ".yaml"), yaml).toString();
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
  }

  private static Report report(Path out) throws Exception {
    Path file = out.resolve("report.json");
    try (Reader reader = Files.newBufferedReader(file)) {
      return ReportJson.read(file.toString(), reader);
    }
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
    good.close();
    forgetful.close();
  }

  @Test
  void aRateThatIsAskedForShouldTakeThePlaceOfTheProfiles() throws Exception {
    assertThat(one.status()).as("%s", one).isZero();
    assertThat(other.status()).as("%s", other).isZero();
    assertThat(report(first).totals().offered()).isEqualTo(40);
    assertThat(report(second).totals().offered()).isEqualTo(80);
    assertThat(report(second).settings().options())
        .containsEntry("--rate", "20.0")
        .containsEntry("--for", "2s")
        .containsEntry("--times", "2.0");
  }

  @Test
  void reportsOfTwoGeneratorsShouldBeWrittenAsOne() throws Exception {
    // Given
    Path out = folder.resolve("merged");

    // When
    CommandRun run =
        CommandRun.of(
            "loadtest", "--merge", first.toString(), second.toString(), "--out", out.toString());

    // Then
    assertThat(run.status()).as("%s", run).isZero();
    assertThat(run.out()).contains("PASSED: accepted 120, expected 120, shown 120, acked 120");
    Report report = report(out);
    assertThat(report.totals().offered()).isEqualTo(120);
    assertThat(report.totals().devices()).isEqualTo(20);
    assertThat(report.generators()).hasSize(2);
    assertThat(out.resolve("report.html")).content().contains("</html>");
    assertThat(out.resolve("messages.svg")).content().contains("<svg");
  }

  @Test
  void twoReportsShouldBeShownSideBySide() {
    // Given
    Path out = folder.resolve("compared");

    // When
    CommandRun run =
        CommandRun.of(
            "loadtest", "--compare", first.toString(), second.toString(), "--out", out.toString());

    // Then
    assertThat(run.status()).as("%s", run).isZero();
    assertThat(run.out().replaceAll("\\s+", " "))
        .contains("A: ", "B: ")
        .contains(
            "--times differs, so the figures are of different work: A not given, B 2.0",
            " offered 40 80 2.00 ",
            " shown 40 80 2.00 ");
    assertThat(out.resolve("comparison.html")).content().contains("different work", "</html>");
  }

  @Test
  void profilesShouldBeListedWithWhatTheyAreFor() {
    // When
    CommandRun text = CommandRun.of("loadtest", "--list");
    CommandRun json = CommandRun.of("loadtest", "--list", "--json");

    // Then
    assertThat(text.status()).isZero();
    assertThat(text.out().lines().map(line -> line.substring(0, line.indexOf(' '))))
        .containsExactlyElementsOf(Profiles.names());
    assertThat(text.out()).contains("A few users are sent most of the messages.");
    assertThat(json.status()).isZero();
    List<JsonNode> told = json.out().lines().map(JsonMapper.shared()::readTree).toList();
    assertThat(told.stream().map(each -> each.path("name").asString("")))
        .containsExactlyElementsOf(Profiles.names());
    assertThat(told).allMatch(each -> !each.path("description").asString("").isBlank());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          short --compare            | --compare: want two reports, got 1
          short --merge              | --merge: want two reports or more, got 1
          short steady               | want one PROFILE, got 2
          short --rate 5             | --rate and --for: want both or none
          short --for 5s             | --rate and --for: want both or none
          short --rate 5 --for soon  | --for: want a duration such as 500ms, 10s, 2m, 6h or 7d
          steady --times 0           | phases: want 1 to 20,000,000 messages in all, got 0
          short --users 0            | users: want 1 to 1,000,000, got 0
          short --step 500ms         | --step: want a second or more, got "500ms"
          short --policy-is-set      | --policy-is-set: the profile has no policy
          """)
  void whatCannotBeShouldBeNamedBeforeAnythingIsOffered(String arguments, String reason) {
    CommandRun run = CommandRun.of(("loadtest " + arguments).split(" ", -1));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("tidegate: " + reason);
    assertThat(run.out()).isEmpty();
  }

  /** Steps of 39 messages and more have some that are not shown. */
  @Test
  void aSearchShouldTellTheHighestRateThatHoldsAndWhatStoppedTheNext() throws Exception {
    CommandRun run = search.get(300, TimeUnit.SECONDS);

    assertThat(run.status()).as("%s", run).isZero();
    Report report = ReportJson.read("stdout", new StringReader(run.out()));
    assertThat(report.passed()).isTrue();
    assertFound(report, FIRST_DROPPED, "not shown");
    assertThat(report.verdict())
        .anyMatch(line -> line.startsWith("what stopped the next rate: "))
        .noneMatch(line -> line.contains("the search ended early"));
  }

  /**
   * The server takes up to 8 MiB a request: 31 messages of 256 KiB and no more. A rate at which
   * none was accepted is a violation.
   */
  @Test
  void aSelfTestShouldTellTheHighestRateThatHoldsAndWhatStoppedTheNext() throws Exception {
    CommandRun run = selfTest.get(300, TimeUnit.SECONDS);

    assertThat(run.status()).as("%s", run).isEqualTo(1);
    assertThat(run.out()).contains("none_accepted: ").contains(" is the highest rate that held");
    Report report = report(folder.resolve("self"));
    assertThat(report.violations()).containsOnlyKeys("none_accepted");
    assertFound(report, 31, "answers 413");
    assertThat(report.verdict())
        .contains("what stopped the next rate: the generator, with the null server on its cores")
        .anyMatch(line -> line.endsWith(" answers 413"));
  }

  /**
   * @param most messages of a step that can hold, each of which takes a second
   */
  private static void assertFound(Report report, int most, String otherwise) {
    assertThat(report.capacity()).anyMatch(CapacityStep::held);
    assertThat(report.capacity().stream().filter(step -> Math.round(step.perSecond()) > most))
        .isNotEmpty()
        .noneMatch(CapacityStep::held)
        .allMatch(step -> step.why().contains(otherwise));
    assertThat(report.verdict())
        .anyMatch(line -> line.endsWith(" messages/s is the highest rate that held"));
    assertThat(report.totals().shown()).isBetween(1L, (long) most);
  }

  /** Each of them is told the rate of the step, and not the profile's. */
  @Test
  void aSearchBySeveralProcessesShouldSayThatNoRateHeld() throws Exception {
    CommandRun run = searchOfTwo.get(300, TimeUnit.SECONDS);

    assertThat(run.status()).as("%s", run).isEqualTo(1);
    Report report = report(folder.resolve("two"));
    assertThat(report.generators()).hasSize(2);
    assertThat(report.capacity()).extracting(CapacityStep::perSecond).containsExactly(1.0, 0.5);
    assertThat(report.capacity()).noneMatch(CapacityStep::held);
    assertThat(report.totals().offered()).isEqualTo(1);
    assertThat(report.violations()).containsOnlyKeys("search_ended");
    assertThat(report.verdict())
        .contains("no rate held")
        .anyMatch(line -> line.startsWith("the search ended early, at 0.25 messages/s: "));
  }
}
