package io.tidegate.loadtest.capacity;

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

/** A run of 50 messages a second, each for one device, in which all is well until it is changed. */
final class SampleRun {
  static final int LOAD_SECONDS = 20;

  private static final long MESSAGES = 1_000;

  final Map<String, Latency> latencies = new TreeMap<>();
  final List<Watched> processes = new ArrayList<>();
  final Map<String, Violation> violations = new TreeMap<>();
  final Map<String, Long> answers = new TreeMap<>(Map.of("202", 1_000L));
  long lateMicros = 100;
  long loopMicros = 100;
  int connectionsInUse = 12;
  long pending;
  long expected = MESSAGES;
  String topic = "";
  List<Long> offered =
      IntStream.range(0, 2 * LOAD_SECONDS).mapToObj(s -> s < LOAD_SECONDS ? 50L : 0L).toList();

  SampleRun() {
    latency(Latency.ACCEPT, 10);
    latency(Latency.ACCEPT_TO_PUSH, 20);
    latency(Latency.DUE_TO_PUSH, 30);
  }

  void latency(String name, int millis) {
    latencies.put(name, new Latency(micros(millis * 1_000L), List.of()));
  }

  private static Distribution micros(long value) {
    Histogram histogram = new Histogram(3);
    histogram.recordValue(value);
    return Distribution.of(histogram);
  }

  /** A value for each second of the load, and 0 for as long afterwards. */
  static Map<String, Gauge> gauges(String gauge, double... values) {
    List<Integer> seconds = IntStream.range(0, 2 * LOAD_SECONDS).boxed().toList();
    List<Double> all = new ArrayList<>();
    for (int second : seconds) {
      all.add(second < LOAD_SECONDS ? values[second * values.length / LOAD_SECONDS] : 0);
    }
    return Map.of(gauge, new Gauge(seconds, all));
  }

  void watched(String name, String gauge, double... values) {
    watched(name, "", gauges(gauge, values));
  }

  /** Of so many processors. */
  void busy(String name, int processors, double cores) {
    processes.add(
        new Watched(
            name,
            "",
            "",
            Map.of(Watched.PROCESSORS, Integer.toString(processors)),
            Map.of(),
            gauges(Watched.CPU_CORES, cores)));
  }

  void watched(String name, String url, Map<String, Gauge> gauges) {
    processes.add(new Watched(name, url, "", Map.of(), Map.of(), gauges));
  }

  Report report() {
    return new Report(
        Report.FORMAT,
        "test",
        "",
        Instant.EPOCH,
        2 * LOAD_SECONDS,
        new Settings("", topic.isEmpty() ? Map.of() : Map.of("topic m", topic)),
        List.of(
            new Generator(
                "host",
                2,
                "25",
                "1",
                LOAD_SECONDS,
                4,
                micros(lateMicros),
                micros(loopMicros),
                256,
                connectionsInUse)),
        new Totals(
            1, 1, MESSAGES, MESSAGES, 0, 0, expected, expected - pending, expected, 0, 0, pending),
        violations,
        answers,
        Map.of(),
        Map.of(),
        latencies,
        new Series(offered, offered, List.of(), offered, offered, offered),
        List.of(),
        processes,
        List.of(),
        List.of());
  }

  Bottleneck bottleneck() {
    return Bottleneck.of(report(), Slo.DEFAULT);
  }
}
