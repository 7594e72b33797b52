package io.tidegate.loadtest.watch;

import io.tidegate.loadtest.report.Gauge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was read of one process, by gauge and second. */
final class GaugeSeries {
  private final Map<String, List<Integer>> seconds = new LinkedHashMap<>();
  private final Map<String, List<Double>> values = new LinkedHashMap<>();

  /** A value that is no number, or is of a second that has one, is left out. */
  void add(String gauge, int second, double value) {
    List<Integer> at = seconds.computeIfAbsent(gauge, none -> new ArrayList<>());
    boolean isNew = at.isEmpty() || at.getLast() < second;
    if (isNew && Double.isFinite(value)) {
      at.add(second);
      values.computeIfAbsent(gauge, none -> new ArrayList<>()).add(value);
    }
  }

  Map<String, Gauge> gauges() {
    Map<String, Gauge> gauges = new LinkedHashMap<>();
    values.forEach(
        (name, read) -> gauges.put(name, new Gauge(seconds.getOrDefault(name, List.of()), read)));
    return gauges;
  }
}
