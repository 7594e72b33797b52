package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.ReportJson;
import io.tidegate.loadtest.report.Violation;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code tidegate loadtest} against a whole pipeline behind a proxy that does something wrong: what
 * comes of it is found, and counted exactly.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestFaultsIT {
  private static final int HELD_UP_MILLIS = 400;
  private static final Pattern ID = Pattern.compile("\"id\":\"([A-Za-z0-9]+-([0-9]+))\"");

  private final Path folder;
  private final Pipeline pipeline;

  LoadtestFaultsIT(@TempDir Path temporary) throws Exception {
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

  /** A run that fails. */
  private Report failed(String names, String yaml, FaultyIngest.Conduct conduct, String... more)
      throws Exception {
    Path profile = Files.writeString(folder.resolve(names + ".yaml"), yaml);
    Path out = folder.resolve(names);
    try (FaultyIngest proxy = new FaultyIngest(pipeline.ingestPort(), conduct)) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "loadtest",
                  profile.toString(),
                  "--names=" + names,
                  "--out=" + out,
                  "--ingest=" + proxy.url(),
                  "--delivery=http://127.0.0.1:" + pipeline.deliveryPort(),
                  "--fanout=http://127.0.0.1:" + pipeline.fanoutPort(),
                  "--kafka=" + pipeline.kafka()));
      arguments.addAll(List.of(more));
      CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
      assertThat(run.status()).as("%s", run).isEqualTo(1);
    }
    Path json = out.resolve("report.json");
    try (Reader reader = Files.newBufferedReader(json)) {
      return ReportJson.read(json.toString(), reader);
    }
  }

  private static Map<String, Long> counts(Report report) {
    Map<String, Long> counts = new LinkedHashMap<>();
    report.violations().forEach((kind, violation) -> counts.put(kind, violation.count()));
    return counts;
  }

  /**
   * Three hundred messages to twenty users by turns: the same one has every twentieth.
   *
   * <p>Of one user the first is accepted, and passed on only behind the last, almost three seconds
   * later.
   */
  private static final class Mischief implements FaultyIngest.Conduct {
    private volatile FaultyIngest.@Nullable Request kept;

    @Override
    public FaultyIngest.Answer of(FaultyIngest.Request request, FaultyIngest.Way on)
        throws IOException, InterruptedException {
      Matcher id = ID.matcher(request.body());
      if (!id.find()) {
        return on.pass(request);
      }
      FaultyIngest.Answer accepted =
          new FaultyIngest.Answer(202, "{\"id\":\"" + id.group(1) + "\",\"accepted\":1}");
      return switch (Integer.parseInt(id.group(2))) {
        case 50, 150, 250 -> accepted;
        case 60, 160, 260 -> {
          FaultyIngest.Answer _ = on.pass(request);
          yield on.pass(request);
        }
        case 70, 170, 270 -> {
          FaultyIngest.Answer _ = on.pass(request.with(toAnother(request.body())));
          yield on.pass(request);
        }
        case 80, 180, 280 -> {
          Thread.sleep(HELD_UP_MILLIS);
          yield on.pass(request);
        }
        case 3 -> {
          kept = request;
          yield accepted;
        }
        case 283 -> {
          FaultyIngest.Answer answer = on.pass(request);
          FaultyIngest.Answer _ = on.pass(Objects.requireNonNull(kept));
          yield answer;
        }
        default -> on.pass(request);
      };
    }

    private static String toAnother(String message) {
      return message.replaceFirst("\"user\":\"[^\"]+\"", "\"user\":\"between-1\"");
    }
  }

  /** What comes twice under one id is one message to fan-out; what is held up is only late. */
  @Test
  void whatAProxyLosesMisdirectsAndSwapsIsFoundAndWhatItRepeatsOrHoldsUpIsNoFault()
      throws Exception {
    // When
    Report report =
        failed("between", "users: 20\nphases: [{for: 3s, rate: 100}]\ndrain: 8s\n", new Mischief());

    // Then
    assertThat(counts(report))
        .containsOnly(Map.entry("lost", 3L), Map.entry("out_of_order", 1L), Map.entry("stray", 3L));
    assertThat(numbers(report, "lost")).containsExactly("50", "150", "250");
    assertThat(numbers(report, "out_of_order")).containsExactly("3");
    assertThat(numbers(report, "stray")).containsExactly("70", "170", "270");
    assertThat(report.totals().accepted()).isEqualTo(300);
    assertThat(report.totals().shown()).isEqualTo(297);
    assertThat(report.totals().pending()).isEqualTo(3);
    assertThat(heldUp(report)).isGreaterThanOrEqualTo(3);
  }

  /** Of the messages that examples name. */
  private static List<String> numbers(Report report, String kind) {
    Violation found = report.violations().getOrDefault(kind, new Violation(0, List.of()));
    return found.examples().stream()
        .map(example -> example.replaceFirst("message [^-]+-([0-9]+).*", "$1"))
        .toList();
  }

  /** How many were accepted as late as those that are held up, or later. */
  private static long heldUp(Report report) {
    Histogram times =
        report.latencies().getOrDefault(Latency.ACCEPT, Latency.EMPTY).whole().times();
    long least = times.lowestEquivalentValue(HELD_UP_MILLIS * 1_000L);
    return times.getTotalCount() - times.getCountBetweenValues(0, least - 1);
  }

  /**
   * The generator sets a policy of a message in two minutes, one at once, which the proxy makes one
   * of a push a second; the audit holds what fan-out then does against the first.
   */
  @Test
  void anAuditFindsThatFanOutGoesByALooserPolicy() throws Exception {
    // Given
    String strict =
        """
        users: 10
        policy:
          limits: [{limit: 1, window: PT2M, burst: 1, unit: messages}]
          batch: {max_messages: 1}
        send: {through: batch}
        phases: [{burst: 30}]
        drain: 10s
        """;
    String loose = "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"burst\":1}]}";

    // When
    Report report =
        failed(
            "loose",
            strict,
            (request, on) ->
                on.pass(request.method().equals("PUT") ? request.with(loose) : request),
            "--audit");

    // Then
    assertThat(counts(report)).containsOnlyKeys("above_limit", "above_batch");
    assertThat(counts(report)).containsEntry("above_limit", 20L);
    // Which of a user's three go together is fan-out's affair.
    assertThat(counts(report).getOrDefault("above_batch", 0L)).isBetween(1L, 10L);
    assertThat(report.totals().shown()).isEqualTo(30);
  }
}
