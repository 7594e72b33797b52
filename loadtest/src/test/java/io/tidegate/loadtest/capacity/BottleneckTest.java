package io.tidegate.loadtest.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Generator;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Series;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.report.Totals;
import io.tidegate.loadtest.report.Violation;
import io.tidegate.loadtest.report.Watched;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class BottleneckTest {
  private static final int LOAD_SECONDS = 20;

  private final Map<String, Latency> latencies = new TreeMap<>();
  private final List<Watched> processes = new ArrayList<>();
  private final Map<String, Violation> violations = new TreeMap<>();
  private final Map<String, Long> answers = new TreeMap<>(Map.of("202", 1_000L));
  private long lateMicros = 100;
  private long pending;

  BottleneckTest() {
    latency(Latency.ACCEPT, 10);
    latency(Latency.ACCEPT_TO_PUSH, 20);
    latency(Latency.DUE_TO_PUSH, 30);
  }

  private void latency(String name, int millis) {
    latencies.put(name, new Latency(micros(millis * 1_000L), List.of()));
  }

  private static Distribution micros(long value) {
    Histogram histogram = new Histogram(3);
    histogram.recordValue(value);
    return Distribution.of(histogram);
  }

  /** A value for each second of the load, and 0 for as long afterwards. */
  private static Map<String, Gauge> gauges(String gauge, double... values) {
    List<Integer> seconds = IntStream.range(0, 2 * LOAD_SECONDS).boxed().toList();
    List<Double> all = new ArrayList<>();
    for (int second : seconds) {
      all.add(second < LOAD_SECONDS ? values[second * values.length / LOAD_SECONDS] : 0);
    }
    return Map.of(gauge, new Gauge(seconds, all));
  }

  private void watched(String name, String gauge, double... values) {
    watched(name, "", gauges(gauge, values));
  }

  private void watched(String name, String url, Map<String, Gauge> gauges) {
    processes.add(new Watched(name, url, "", Map.of(), Map.of(), gauges));
  }

  private Report report() {
    List<Long> offered =
        IntStream.range(0, 2 * LOAD_SECONDS)
            .mapToObj(second -> second < LOAD_SECONDS ? 50L : 0L)
            .toList();
    return new Report(
        Report.FORMAT,
        "test",
        "",
        Instant.EPOCH,
        2 * LOAD_SECONDS,
        new Settings("", Map.of()),
        List.of(new Generator("host", 2, "25", "1", LOAD_SECONDS, 4, micros(lateMicros))),
        new Totals(1, 1, 1_000, 1_000, 0, 0, 1_000, 1_000 - pending, 1_000, 0, 0, pending),
        violations,
        answers,
        Map.of(),
        latencies,
        new Series(offered, offered, List.of(), offered, offered, offered),
        List.of(),
        processes,
        List.of(),
        List.of());
  }

  private String what() {
    return Bottleneck.of(report(), Slo.DEFAULT).what();
  }

  @Test
  void aGeneratorThatIsLateHidesAllElse() {
    lateMicros = 500_000;
    watched(Watched.MACHINE, Watched.CPU_CORES, 2);

    assertThat(what()).isEqualTo("the generator");
    assertThat(Slo.DEFAULT.broken(report())).singleElement().asString().contains("left");
  }

  @Test
  void coresThatAreAllBusyComeNext() {
    watched(Watched.MACHINE, Watched.CPU_CORES, 1.9);
    watched("fanout", Watched.LAG_RECORDS, 0, 9_000);

    assertThat(what()).isEqualTo("the cores of one machine");
  }

  @Test
  void lagThatGrowsWhileLoadIsOfferedIsFanOut() {
    watched(Watched.MACHINE, Watched.CPU_CORES, 1);
    watched("fanout", Watched.LAG_RECORDS, 0, 100, 5_000);

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void lagThatStaysIsNot() {
    watched("fanout", Watched.LAG_RECORDS, 5_000, 5_000);

    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void aThreadThatNeverWaitsIsFanOutToo() {
    watched(Watched.MACHINE, Watched.CPU_CORES, 1.7);
    watched("fanout", Watched.THREAD_BUSY, 0.4, 0.93);
    watched("delivery", "loop_delay_seconds", 0, 0.2, 0);

    assertThat(what()).isEqualTo("a thread of fan-out");
    assertThat(Bottleneck.of(report(), Slo.DEFAULT).evidence())
        .first()
        .isEqualTo("the busiest stream thread of fanout had work for 93 % of the time");
  }

  @Test
  void expansionsThatBecomeMoreAreWhatWaitsWhereNoRecordsDo() {
    watched(Watched.MACHINE, Watched.CPU_CORES, 1.5);
    watched("fanout", "", gauges(Watched.EXPANSIONS, 2, 20, 40));
    watched("delivery", "loop_delay_seconds", 0, 0.2, 0);

    assertThat(Bottleneck.of(report(), Slo.DEFAULT).what())
        .isEqualTo("expansions of group sends in fan-out");
    assertThat(Bottleneck.of(report(), Slo.DEFAULT).evidence())
        .startsWith("fanout has 40 expansions under way at the end of the load, 2 at its begin");
  }

  @Test
  void ofFanOutWithExpansionsItsLagAndItsThreadAreToldToo() {
    Map<String, Gauge> gauges = new TreeMap<>(gauges(Watched.EXPANSIONS, 0, 20, 40));
    gauges.putAll(gauges(Watched.LAG_RECORDS, 3, 12, 3));
    gauges.putAll(gauges(Watched.THREAD_BUSY, 0.9));
    watched("fanout", "", gauges);
    watched("fanout", "other", gauges(Watched.EXPANSIONS, 0, 5, 30));

    assertThat(what()).isEqualTo("expansions of group sends in fan-out");
    assertThat(Bottleneck.of(report(), Slo.DEFAULT).evidence())
        .startsWith(
            "fanout has 40 expansions under way at the end of the load, 0 at its begin",
            "its lag is 12 records at most",
            "the busiest stream thread of fanout had work for 90 % of the time");
  }

  @Test
  void recordsThatWaitComeBeforeExpansions() {
    watched("fanout", Watched.EXPANSIONS, 2, 20, 40);
    watched("other", Watched.LAG_RECORDS, 0, 100, 5_000);

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void expansionsThatComeAndGoAreNone() {
    watched("fanout", Watched.EXPANSIONS, 0, 100, 10);
    assertThat(what()).isEqualTo("not to be told from what was watched");

    processes.clear();
    watched("fanout", Watched.EXPANSIONS, 100, 100, 199);
    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void aGroupSendThatIsTooLongByItselfIsSaid() {
    watched("fanout", Watched.EXPANSIONS, 0, 4, 0);
    latency(Latency.ACCEPT_TO_PUSH, 1_800);

    assertThat(what()).isEqualTo("the time that one group send takes by itself");
    assertThat(Bottleneck.of(report(), Slo.DEFAULT).evidence())
        .startsWith(
            "a message is for 1 devices, and takes 1,800 ms (p99) from acceptance to them",
            "at most 4 expansions are under way, and they do not become more");

    processes.clear();
    watched("fanout", Watched.EXPANSIONS, 0);
    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void slowAcceptanceComesBeforeTheTimeOfAGroupSend() {
    watched("fanout", Watched.EXPANSIONS, 0, 4, 0);
    latency(Latency.ACCEPT_TO_PUSH, 1_800);
    latency(Latency.ACCEPT, 3_000);

    assertThat(what()).isEqualTo("ingest, or the broker that it writes to");
  }

  @Test
  void theOneOfSeveralThatIsWorstCounts() {
    watched("fanout", "a", gauges(Watched.LAG_RECORDS, 0, 0));
    watched("fanout", "b", gauges(Watched.LAG_RECORDS, 0, 100, 5_000));

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void lateEventLoopsAreDelivery() {
    watched("delivery", "loop_delay_seconds", 0, 0.2, 0);

    assertThat(what()).isEqualTo("delivery's event loops");
  }

  @Test
  void socketsThatTakeNoMoreAreTheConnections() {
    watched("delivery", "unwritable_ratio", 0, 0.3, 0);

    assertThat(what()).isEqualTo("the connections");
  }

  @Test
  void littleOfAnyOfThemIsNone() {
    watched(Watched.MACHINE, Watched.CPU_CORES, 1.7);
    watched("fanout", Watched.LAG_RECORDS, 0, 900);
    watched("fanout", Watched.THREAD_BUSY, 0.79);
    watched("delivery", "loop_delay_seconds", 0, 0.09, 0);
    watched("delivery", "unwritable_ratio", 0, 0.04, 0);

    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void fanOutThatFallsBehindComesBeforeWhatItBringsWithIt() {
    watched("delivery", "loop_delay_seconds", 0, 0.2, 0);
    watched("delivery", "unwritable_ratio", 0, 0.3, 0);
    latency(Latency.ACCEPT, 3_000);
    watched("fanout", Watched.LAG_RECORDS, 0, 100, 5_000);

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void lateEventLoopsComeBeforeSlowAcceptance() {
    latency(Latency.ACCEPT, 3_000);
    watched("delivery", "unwritable_ratio", 0, 0.3, 0);
    assertThat(what()).isEqualTo("the connections");

    watched("delivery", "loop_delay_seconds", 0, 0.2, 0);
    assertThat(what()).isEqualTo("delivery's event loops");
  }

  @Test
  void whoKeepsMostCoresBusyIsNamedFirst() {
    watched("ingest", Watched.CPU_CORES, 0.3);
    watched("fanout", Watched.CPU_CORES, 0.9);

    assertThat(Bottleneck.of(report(), Slo.DEFAULT).evidence())
        .containsExactly(
            "fanout keeps 0.90 cores busy",
            "ingest keeps 0.30 cores busy",
            "the generator keeps 0.20 cores busy");
  }

  @Test
  void slowAcceptanceAloneIsIngestOrItsBroker() {
    latency(Latency.ACCEPT, 3_000);

    assertThat(what()).isEqualTo("ingest, or the broker that it writes to");
  }

  @Test
  void aRateHoldsThatKeepsEverything() {
    assertThat(Slo.DEFAULT.broken(report())).isEmpty();
  }

  @Test
  void whatIsNotKeptIsNamed() {
    latency(Latency.ACCEPT_TO_PUSH, 300);
    violations.put("lost", new Violation(2, List.of()));
    answers.put("503", 5L);
    pending = 2;

    assertThat(Slo.DEFAULT.broken(report()))
        .containsExactly("2 lost", "accept_to_push p99 300 ms", "2 not shown", "5 answers 503");
  }

  @Test
  void aRunWithoutTimesDoesNotHold() {
    latencies.clear();

    assertThat(Slo.DEFAULT.broken(report())).isNotEmpty();
  }
}
