package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The processes that several generators watched, each once. Of a second that several read, the
 * first one's reading is kept: they asked the same process.
 */
final class WatchedMerge {
  private record Key(String name, String url) {}

  private final Map<String, TreeMap<Integer, Double>> gauges = new LinkedHashMap<>();
  private final Map<String, String> runtime = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private String version = "";

  private WatchedMerge() {}

  /**
   * @param shift seconds by which a report's series are moved
   */
  static List<Watched> of(List<Report> reports, ToIntFunction<Report> shift) {
    Map<Key, WatchedMerge> all = new LinkedHashMap<>();
    for (Report report : reports) {
      for (Watched process : report.processes()) {
        all.computeIfAbsent(new Key(process.name(), process.url()), key -> new WatchedMerge())
            .add(process, shift.applyAsInt(report));
      }
    }
    List<Watched> merged = new ArrayList<>();
    all.forEach((key, parts) -> merged.add(parts.watched(key)));
    return merged;
  }

  private void add(Watched process, int shift) {
    version = version.isEmpty() ? process.version() : version;
    process.runtime().forEach(runtime::putIfAbsent);
    process.settings().forEach(settings::putIfAbsent);
    process
        .gauges()
        .forEach(
            (name, gauge) -> {
              TreeMap<Integer, Double> readings =
                  gauges.computeIfAbsent(name, key -> new TreeMap<>());
              for (int i = 0; i < gauge.seconds().size(); i++) {
                readings.putIfAbsent(gauge.seconds().get(i) + shift, gauge.values().get(i));
              }
            });
  }

  private Watched watched(Key key) {
    Map<String, Gauge> all = new LinkedHashMap<>();
    gauges.forEach(
        (name, readings) ->
            all.put(
                name, new Gauge(List.copyOf(readings.keySet()), List.copyOf(readings.values()))));
    return new Watched(key.name(), key.url(), version, runtime, settings, all);
  }
}
