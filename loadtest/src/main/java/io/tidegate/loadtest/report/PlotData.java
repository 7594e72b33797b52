package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the plots of a report draw. */
final class PlotData {
  private static final double MIB = 1L << 20;
  private static final int MAX_GAUGES = 12;
  private static final double MOST_ABOVE = 4;
  private static final int MAX_NAME = 60;

  /** One gauge of all processes that tell it. */
  record Gauges(String title, Unit unit, List<Curve> curves) {}

  private PlotData() {}

  /** As many as the longest series has, and not less than the run had; at least 1. */
  static int seconds(Report report) {
    Series series = report.series();
    int most = Math.max(1, report.seconds());
    for (List<Long> counts :
        List.of(
            series.offered(),
            series.accepted(),
            series.refused(),
            series.shown(),
            series.acked(),
            series.connected())) {
      most = Math.max(most, counts.size());
    }
    for (Latency latency : report.latencies().values()) {
      most = Math.max(most, latency.seconds().size());
    }
    return most;
  }

  static List<Curve> messages(Report report) {
    Series series = report.series();
    int seconds = seconds(report);
    List<Curve> curves = new ArrayList<>();
    curves.add(Curve.ofCounts("offered", series.offered(), seconds));
    curves.add(Curve.ofCounts("accepted", series.accepted(), seconds));
    curves.add(Curve.ofCounts("pushed", series.shown(), seconds));
    curves.add(Curve.ofCounts("acked", series.acked(), seconds));
    if (series.refused().stream().anyMatch(count -> count > 0)) {
      curves.add(Curve.ofCounts("refused", series.refused(), seconds));
    }
    return curves;
  }

  /**
   * How high a plot has to be. What is offered in one burst is far above what becomes of it, which
   * would be a line on the ground: then the first curve is cut.
   */
  static double height(List<Curve> curves) {
    double first = curves.isEmpty() ? 0 : curves.getFirst().max(0);
    double rest = curves.stream().skip(1).mapToDouble(curve -> curve.max(0)).max().orElse(first);
    return rest > 0 && first > MOST_ABOVE * rest ? rest : Math.max(first, rest);
  }

  /** For a title, where {@link #height} cuts the first curve; else empty. */
  static String cut(Unit unit, List<Curve> curves) {
    double first = curves.isEmpty() ? 0 : curves.getFirst().max(0);
    return first > height(curves)
        ? " (%s is cut: up to %s)".formatted(curves.getFirst().name(), unit.text(first))
        : "";
  }

  static List<Curve> connected(Report report) {
    return List.of(Curve.ofCounts("connected", report.series().connected(), seconds(report)));
  }

  static Map<String, Distribution> distributions(Report report) {
    Map<String, Distribution> all = new LinkedHashMap<>();
    report.latencies().forEach((name, latency) -> all.put(Tables.title(name), latency.whole()));
    return all;
  }

  static List<Curve> percentiles(Report report, Latency latency) {
    int seconds = seconds(report);
    return List.of(
        Curve.ofTimes("p50", latency.seconds(), seconds, Distribution::p50Us),
        Curve.ofTimes("p99", latency.seconds(), seconds, Distribution::p99Us),
        Curve.ofTimes("max", latency.seconds(), seconds, Distribution::maxUs));
  }

  /** The standard ones first; those that no process tells are left out. */
  static List<Gauges> gauges(Report report) {
    Set<String> names =
        new LinkedHashSet<>(
            List.of(
                Watched.CPU_CORES,
                Watched.RESIDENT_BYTES,
                Watched.HEAP_USED_BYTES,
                Watched.GC_SECONDS,
                Watched.LAG_RECORDS,
                Watched.EXPANSIONS));
    report.processes().forEach(process -> names.addAll(process.gauges().keySet()));
    return names.stream()
        .map(name -> gauges(report, name))
        .filter(gauges -> !gauges.curves().isEmpty())
        .limit(MAX_GAUGES)
        .toList();
  }

  private static Gauges gauges(Report report, String name) {
    Unit unit = Unit.ofGauge(name);
    double divisor = unit == Unit.BYTES ? MIB : 1;
    List<Curve> curves = new ArrayList<>();
    Tables.processNames(report.processes())
        .forEach(
            (process, processName) -> {
              Gauge gauge = process.gauges().get(name);
              if (gauge != null) {
                curves.add(Curve.ofGauge(processName, gauge, divisor));
              }
            });
    return new Gauges(title(name), unit == Unit.BYTES ? Unit.NUMBER : unit, curves);
  }

  private static String title(String name) {
    return switch (name) {
      case Watched.CPU_CORES -> "CPU, cores";
      case Watched.RESIDENT_BYTES -> "Resident memory, MiB";
      case Watched.HEAP_USED_BYTES -> "Heap used, MiB";
      case Watched.GC_SECONDS -> "Garbage collection, seconds in each second";
      case Watched.LAG_RECORDS -> "Lag, records";
      case Watched.EXPANSIONS -> "Expansions under way, copies of group sends";
      default -> other(name);
    };
  }

  private static String other(String name) {
    String words = Plain.line(name, MAX_NAME).replace('_', ' ');
    return words.endsWith(" bytes") ? words.replaceFirst("bytes$", "MiB") : words;
  }
}
