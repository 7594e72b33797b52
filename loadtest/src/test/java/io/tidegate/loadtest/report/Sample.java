package io.tidegate.loadtest.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** Reports for tests: an empty one in which a test sets what it needs. */
final class Sample {
  private static final int FEW = 50;

  static final Instant START = Instant.parse("2026-11-28T20:00:00Z");

  String name = "steady";
  String profile = "name: steady\n";
  Instant start = START;
  int seconds;
  Settings settings = new Settings("http://127.0.0.1:8080", Map.of());
  List<Generator> generators = new ArrayList<>();
  Totals totals = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  Map<String, Violation> violations = new LinkedHashMap<>();
  Map<String, Long> answers = new LinkedHashMap<>();
  Map<String, Long> disconnects = new LinkedHashMap<>();
  Map<String, Long> ackFailures = new LinkedHashMap<>();
  Map<String, Latency> latencies = new LinkedHashMap<>();
  Series series = Series.EMPTY;
  List<Mark> marks = new ArrayList<>();
  List<Watched> processes = new ArrayList<>();
  List<CapacityStep> capacity = new ArrayList<>();
  List<String> verdict = new ArrayList<>();

  Report report() {
    return new Report(
        Report.FORMAT,
        name,
        profile,
        start,
        seconds,
        settings,
        generators,
        totals,
        violations,
        answers,
        disconnects,
        ackFailures,
        latencies,
        series,
        marks,
        processes,
        capacity,
        verdict);
  }

  /** Two seconds of everything. */
  static Sample small() {
    Sample sample = new Sample();
    sample.seconds = 2;
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--rate", "100");
    sample.settings = new Settings("http://127.0.0.1:8080", options);
    sample.generators.add(
        new Generator(
            "host-1",
            2,
            "25.0.1",
            "0.1.0",
            2,
            0.5,
            times(100, 200, 1_500),
            times(90, 700),
            256,
            7));
    sample.totals = new Totals(10, 10, 1_200, 1_190, 8, 2, 1_190, 1_190, 1_180, 3, 1, 0);
    sample.answers.put("202", 1_190L);
    sample.answers.put("429", 8L);
    sample.answers.put("timeout", 2L);
    sample.disconnects.put("cut", 1L);
    sample.ackFailures.put("503", 3L);
    sample.latencies.put(
        Latency.ACCEPT, new Latency(times(900, 1_100, 12_345), List.of(times(900), times(1_100))));
    sample.latencies.put(Latency.ACCEPT_TO_PUSH, new Latency(Distribution.EMPTY, List.of()));
    sample.series =
        new Series(
            List.of(600L, 600L),
            List.of(595L, 595L),
            List.of(4L, 4L),
            List.of(500L, 690L),
            List.of(490L, 690L),
            List.of(10L, 10L));
    sample.marks.add(new Mark(1, "storm"));
    Map<String, Gauge> gauges = new LinkedHashMap<>();
    gauges.put(Watched.CPU_CORES, gauge(0.5, 1));
    gauges.put(Watched.RESIDENT_BYTES, gauge(300 << 20, 320 << 20));
    gauges.put(Watched.HEAP_USED_BYTES, gauge(100 << 20, 110 << 20));
    gauges.put(Watched.GC_SECONDS, gauge(0.01, 0.03));
    gauges.put(Watched.LAG_RECORDS, gauge(12, 0));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("TIDEGATE_FANOUT_DRAIN", "5s");
    settings.put("TIDEGATE_FANOUT_THREADS", "1");
    sample.processes.add(
        new Watched("fanout", "http://127.0.0.1:8082", "0.1.0", runtime("1g"), settings, gauges));
    return sample;
  }

  /** Every kind of series over so many seconds, five processes, with much change in all of it. */
  static Sample full(int seconds) {
    Sample sample = small();
    Random random = new Random(7);
    sample.seconds = seconds;
    sample.series =
        new Series(
            walk(random, seconds, 10_000),
            walk(random, seconds, 10_000),
            walk(random, seconds, 100),
            walk(random, seconds, 10_000),
            walk(random, seconds, 10_000),
            walk(random, seconds, 15_000));
    for (String name :
        List.of(Latency.ACCEPT, Latency.ACCEPT_TO_PUSH, Latency.PUSH_TO_ACK, Latency.DUE_TO_PUSH)) {
      List<Distribution> few = new ArrayList<>();
      for (int i = 0; i < FEW; i++) {
        few.add(random(random));
      }
      List<Distribution> each = new ArrayList<>();
      for (int second = 0; second < seconds; second++) {
        each.add(few.get(random.nextInt(FEW)));
      }
      sample.latencies.put(name, new Latency(Distribution.sum(few), each));
    }
    sample.processes.clear();
    for (String name : List.of("ingest", "fanout", "delivery", "delivery", "broker")) {
      Map<String, Gauge> gauges = new LinkedHashMap<>();
      gauges.put(Watched.CPU_CORES, gauge(random, seconds, 2));
      gauges.put(Watched.RESIDENT_BYTES, gauge(random, seconds, 900 << 20));
      gauges.put(Watched.HEAP_USED_BYTES, gauge(random, seconds, 400 << 20));
      gauges.put(Watched.GC_SECONDS, gauge(random, seconds, 0.2));
      gauges.put(Watched.LAG_RECORDS, gauge(random, seconds, 5_000));
      String url = "http://127.0.0.1:" + (8081 + sample.processes.size());
      Map<String, String> settings = new LinkedHashMap<>();
      for (int i = 0; i < 60; i++) {
        settings.put("TIDEGATE_" + name.toUpperCase(Locale.ROOT) + "_SETTING_" + i, "value " + i);
      }
      sample.processes.add(new Watched(name, url, "0.1.0", runtime("1g"), settings, gauges));
    }
    sample.marks.clear();
    for (int i = 0; i < 6; i++) {
      sample.marks.add(new Mark(seconds * i / 6.0, "phase " + i));
    }
    return sample;
  }

  static Generator generator(String host, double cpuSeconds, int seconds, Distribution lateness) {
    return new Generator(
        host, 2, "25", "0.1.0", seconds, cpuSeconds, lateness, Distribution.EMPTY, 0, 0);
  }

  static Map<String, String> runtime(String heap) {
    Map<String, String> runtime = new LinkedHashMap<>();
    runtime.put("-Xmx", heap);
    runtime.put("JDK", "25.0.1+8-LTS");
    return runtime;
  }

  private static Distribution random(Random random) {
    Histogram times = new Histogram(2);
    double scale = 4 + 2 * random.nextDouble();
    for (int i = 0; i < 50; i++) {
      times.recordValue((long) Math.exp(scale + 3 * random.nextDouble()));
    }
    return Distribution.of(times);
  }

  static Distribution times(long... micros) {
    Histogram times = new Histogram(3);
    for (long time : micros) {
      times.recordValue(time);
    }
    return Distribution.of(times);
  }

  static Gauge gauge(double... values) {
    List<Integer> seconds = new ArrayList<>();
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      seconds.add(list.size());
      list.add(value);
    }
    return new Gauge(seconds, list);
  }

  private static Gauge gauge(Random random, int seconds, double most) {
    double[] values = new double[seconds];
    for (int i = 0; i < seconds; i++) {
      values[i] = most * random.nextDouble();
    }
    return gauge(values);
  }

  private static List<Long> walk(Random random, int seconds, int most) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(seconds, 0L));
    counts.replaceAll(count -> (long) random.nextInt(most));
    return counts;
  }
}
