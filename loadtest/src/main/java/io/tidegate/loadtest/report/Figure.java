package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One number of a run, with what it takes to set it beside another run's. */
record Figure(String group, String name, Unit unit, double value) {
  private static final String MESSAGES = "Messages";
  private static final String LATENCY = "Latency";
  private static final String PROCESSES = "Processes";
  private static final String GENERATORS = "Generators";

  /** All of a report's, group by group. */
  static List<Figure> of(Report report) {
    List<Figure> figures = new ArrayList<>();
    messages(report, figures);
    report.violations().forEach((kind, v) -> figures.add(count("Violations", kind, v.count())));
    report.latencies().forEach((name, times) -> latency(Tables.title(name), times, figures));
    report.answers().forEach((name, count) -> figures.add(count("Answers", name, count)));
    report.disconnects().forEach((name, count) -> figures.add(count("Disconnects", name, count)));
    Tables.processNames(report.processes())
        .forEach((process, name) -> process(name, process.gauges(), figures));
    generators(report, figures);
    return figures;
  }

  private static void messages(Report report, List<Figure> figures) {
    Totals totals = report.totals();
    Rates rates = new Rates(report);
    rate("offered a second", rates.offered(), figures);
    rate("accepted a second", rates.accepted(), figures);
    rate("shown a second", rates.shown(), figures);
    figures.add(count(MESSAGES, "offered", totals.offered()));
    figures.add(count(MESSAGES, "accepted", totals.accepted()));
    figures.add(count(MESSAGES, "refused", totals.refused()));
    figures.add(count(MESSAGES, "no answer", totals.failed()));
    figures.add(count(MESSAGES, "shown", totals.shown()));
    figures.add(count(MESSAGES, "acked", totals.acked()));
    figures.add(count(MESSAGES, "not shown by the end", totals.pending()));
    figures.add(count(MESSAGES, "came again", totals.repeats()));
    figures.add(count(MESSAGES, "devices", totals.devices()));
    figures.add(count(MESSAGES, "connected again", totals.reconnects()));
  }

  private static void latency(String name, Latency latency, List<Figure> figures) {
    Distribution times = latency.whole();
    if (times.count() == 0) {
      return;
    }
    figures.add(new Figure(LATENCY, name + " p50", Unit.MICROS, times.p50Us()));
    figures.add(new Figure(LATENCY, name + " p90", Unit.MICROS, times.p90Us()));
    figures.add(new Figure(LATENCY, name + " p99", Unit.MICROS, times.p99Us()));
    figures.add(new Figure(LATENCY, name + " p99.9", Unit.MICROS, times.p999Us()));
    figures.add(new Figure(LATENCY, name + " max", Unit.MICROS, times.maxUs()));
  }

  private static void process(String name, Map<String, Gauge> gauges, List<Figure> figures) {
    gauges.forEach(
        (gauge, readings) -> {
          if (readings.values().isEmpty()) {
            return;
          }
          Unit unit = Unit.ofGauge(gauge);
          String what = name + " " + Tables.gaugeTitle(gauge);
          if (gauge.equals(Watched.GC_SECONDS)) {
            figures.add(new Figure(PROCESSES, what + " in all", unit, readings.sum()));
          } else {
            figures.add(new Figure(PROCESSES, what + " mean", unit, readings.mean()));
            figures.add(new Figure(PROCESSES, what + " max", unit, readings.max()));
          }
        });
  }

  private static void generators(Report report, List<Figure> figures) {
    double cpu = report.generators().stream().mapToDouble(Generator::cpuSeconds).sum();
    Distribution late =
        Distribution.sum(report.generators().stream().map(Generator::lateness).toList());
    figures.add(new Figure(GENERATORS, "CPU seconds", Unit.SECONDS, cpu));
    if (late.count() > 0) {
      figures.add(new Figure(GENERATORS, "late p50", Unit.MICROS, late.p50Us()));
      figures.add(new Figure(GENERATORS, "late p99", Unit.MICROS, late.p99Us()));
      figures.add(new Figure(GENERATORS, "late max", Unit.MICROS, late.maxUs()));
    }
  }

  private static void rate(String name, double perSecond, List<Figure> figures) {
    if (!Double.isNaN(perSecond)) {
      figures.add(new Figure(MESSAGES, name, Unit.RATE, perSecond));
    }
  }

  private static Figure count(String group, String name, long count) {
    return new Figure(group, name, Unit.COUNT, count);
  }
}
