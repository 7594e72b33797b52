package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of a run as tables, the same for text and page. */
final class Tables {
  private static final int MAX_NAME = 60;
  private static final int MAX_WHY = 70;
  private static final int MAX_ROWS = 50;

  private Tables() {}

  /** What was offered and what became of it. */
  static Grid messages(Report report) {
    Totals totals = report.totals();
    List<List<String>> rows = new ArrayList<>();
    Rates rates = new Rates(report);
    long failed = totals.failed();
    rows.add(message("offered", totals.offered(), "", rates.offered()));
    rows.add(
        message("accepted", totals.accepted(), share(totals.accepted(), totals), rates.accepted()));
    rows.add(
        message("refused", totals.refused(), share(totals.refused(), totals), rates.refused()));
    rows.add(message("no answer", failed, share(failed, totals), rates.unanswered()));
    rows.add(message("expected at devices", totals.expected(), ""));
    rows.add(message("shown", totals.shown(), ofExpected(totals.shown(), totals), rates.shown()));
    rows.add(message("acked", totals.acked(), ofExpected(totals.acked(), totals), rates.acked()));
    rows.add(message("not shown by the end", totals.pending(), ""));
    rows.add(message("came again", totals.repeats(), ""));
    return new Grid("Messages", List.of("", "count", "share", "per second"), rows);
  }

  private static List<String> message(String name, long count, String share, double rate) {
    String text = Double.isNaN(rate) ? Unit.NONE : Unit.RATE.text(rate);
    return List.of(name, Unit.COUNT.text(count), share, text);
  }

  /** Of what has no rate of its own. */
  private static List<String> message(String name, long count, String share) {
    return List.of(name, Unit.COUNT.text(count), share, "");
  }

  private static String share(long part, Totals totals) {
    return percent(part, totals.offered()) + " of offered";
  }

  private static String ofExpected(long part, Totals totals) {
    return percent(part, totals.expected()) + " of expected";
  }

  /** Cut, never rounded up, so that 100 % is all. */
  static String percent(long part, long whole) {
    if (whole == 0) {
      return Unit.NONE;
    }
    double hundredths = Math.floor(part * 10_000.0 / whole);
    return Unit.trimmed(hundredths / 100) + " %";
  }

  static Grid devices(Report report) {
    Totals totals = report.totals();
    List<List<String>> rows =
        List.of(
            List.of("to be connected", Unit.COUNT.text(totals.devices())),
            List.of("had a session", Unit.COUNT.text(totals.welcomed())),
            List.of("connected again", Unit.COUNT.text(totals.reconnects())));
    return new Grid("Devices", List.of("", "count"), rows);
  }

  static Grid latencies(Report report) {
    List<List<String>> rows = new ArrayList<>();
    report.latencies().forEach((name, latency) -> rows.add(latency(title(name), latency.whole())));
    return new Grid("Latency", List.of("", "count", "p50", "p90", "p99", "p99.9", "max"), rows);
  }

  static List<String> latency(String name, Distribution times) {
    List<String> row = new ArrayList<>(List.of(name, Unit.COUNT.text(times.count())));
    long[] figures = {times.p50Us(), times.p90Us(), times.p99Us(), times.p999Us(), times.maxUs()};
    for (long figure : figures) {
      row.add(times.count() == 0 ? Unit.NONE : Unit.MICROS.text(figure));
    }
    return row;
  }

  /** For people: {@code accept_to_push} is accept → push. */
  static String title(String latency) {
    return Plain.line(latency, MAX_NAME).replace("_to_", " → ").replace('_', ' ');
  }

  static Grid answers(Report report) {
    return counts("Answers", report.answers());
  }

  static Grid disconnects(Report report) {
    return counts("Disconnects", report.disconnects());
  }

  static Grid ackFailures(Report report) {
    return counts("Acks not taken", report.ackFailures());
  }

  private static Grid counts(String caption, Map<String, Long> counts) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, Long> entry : highest(counts)) {
      rows.add(
          List.of(
              Plain.line(entry.getKey(), MAX_NAME),
              Unit.COUNT.text(entry.getValue()),
              percent(entry.getValue(), all)));
    }
    return new Grid(caption, List.of("", "count", "share"), rows);
  }

  /** The highest first, {@value #MAX_ROWS} at most. */
  static List<Map.Entry<String, Long>> highest(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MAX_ROWS)
        .toList();
  }

  static Grid processes(Report report) {
    List<List<String>> rows = new ArrayList<>();
    processNames(report.processes())
        .forEach(
            (process, name) -> {
              Gauge none = new Gauge(List.of(), List.of());
              Map<String, Gauge> gauges = process.gauges();
              Gauge cpu = gauges.getOrDefault(Watched.CPU_CORES, none);
              Gauge memory = gauges.getOrDefault(Watched.RESIDENT_BYTES, none);
              Gauge heap = gauges.getOrDefault(Watched.HEAP_USED_BYTES, none);
              Gauge gc = gauges.getOrDefault(Watched.GC_SECONDS, none);
              rows.add(
                  List.of(
                      name,
                      figure(cpu, Unit.CORES, cpu.mean()),
                      figure(cpu, Unit.CORES, cpu.max()),
                      figure(memory, Unit.BYTES, memory.mean()),
                      figure(memory, Unit.BYTES, memory.max()),
                      figure(heap, Unit.BYTES, heap.max()),
                      figure(gc, Unit.SECONDS, gc.sum())));
            });
    List<String> head = List.of("", "CPU cores", "max", "memory", "max", "heap max", "GC in all");
    return new Grid("Processes", head, rows);
  }

  /** What processes tell beyond that table. */
  static Grid gauges(Report report) {
    List<List<String>> rows = new ArrayList<>();
    processNames(report.processes())
        .forEach(
            (process, name) ->
                process
                    .gauges()
                    .forEach(
                        (gauge, readings) -> {
                          if (!Watched.STANDARD.contains(gauge)) {
                            Unit unit = Unit.ofGauge(gauge);
                            rows.add(
                                List.of(
                                    name + " " + gaugeTitle(gauge),
                                    figure(readings, unit, readings.mean()),
                                    figure(readings, unit, readings.max()),
                                    figure(readings, unit, readings.last())));
                          }
                        }));
    return new Grid("Gauges", List.of("", "mean", "max", "at the end"), rows);
  }

  /** For people: what a gauge reads. */
  static String gaugeTitle(String name) {
    return switch (name) {
      case Watched.CPU_CORES -> "CPU cores";
      case Watched.RESIDENT_BYTES -> "memory";
      case Watched.HEAP_USED_BYTES -> "heap";
      case Watched.GC_SECONDS -> "GC";
      case Watched.LAG_RECORDS -> "lag";
      default -> Plain.line(name, MAX_NAME).replace('_', ' ');
    };
  }

  private static String figure(Gauge gauge, Unit unit, double value) {
    return gauge.values().isEmpty() ? Unit.NONE : unit.text(value);
  }

  /** Each with a name of its own: with its URL where several have one name. */
  static Map<Watched, String> processNames(List<Watched> processes) {
    Map<Watched, String> names = new LinkedHashMap<>();
    for (Watched process : processes) {
      boolean alone =
          processes.stream().filter(other -> other.name().equals(process.name())).count() == 1;
      String name = alone ? process.name() : process.name() + " " + process.url();
      names.put(process, Plain.line(name, MAX_NAME));
    }
    return names;
  }

  static Grid generators(Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < report.generators().size(); i++) {
      Generator generator = report.generators().get(i);
      Distribution late = generator.lateness();
      Distribution loop = generator.loopDelay();
      boolean none = late.count() == 0;
      boolean noLoop = loop.count() == 0;
      rows.add(
          List.of(
              Plain.line(generatorName(report, i), MAX_NAME),
              "%s of %d"
                  .formatted(Unit.CORES.text(GeneratorLimit.cores(generator)), generator.cores()),
              none ? Unit.NONE : Unit.MICROS.text(late.p50Us()),
              none ? Unit.NONE : Unit.MICROS.text(late.p99Us()),
              none ? Unit.NONE : Unit.MICROS.text(late.maxUs()),
              noLoop ? Unit.NONE : Unit.MICROS.text(loop.p99Us()),
              noLoop ? Unit.NONE : Unit.MICROS.text(loop.maxUs()),
              generator.connections() == 0
                  ? Unit.NONE
                  : "%d of %d".formatted(generator.connectionsInUse(), generator.connections())));
    }
    List<String> head =
        List.of(
            "",
            "CPU cores",
            "late p50",
            "late p99",
            "late max",
            "loop p99",
            "loop max",
            "connections");
    return new Grid("Generators", head, rows);
  }

  /** Its host, with a number where several are of one. */
  private static String generatorName(Report report, int at) {
    String host = report.generators().get(at).host();
    List<String> hosts = report.generators().stream().map(Generator::host).toList();
    boolean alone = Collections.frequency(hosts, host) == 1;
    return alone ? host : host + " " + (1 + Collections.frequency(hosts.subList(0, at), host));
  }

  static Grid capacity(Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (CapacityStep step : report.capacity()) {
      rows.add(
          List.of(
              Unit.RATE.text(step.perSecond()),
              step.held() ? "held" : "did not",
              Plain.line(step.why(), MAX_WHY)));
    }
    return new Grid("Capacity", List.of("", "", "why"), rows, true);
  }
}
