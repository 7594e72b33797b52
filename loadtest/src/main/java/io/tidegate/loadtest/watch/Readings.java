package io.tidegate.loadtest.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of one scrape in Prometheus' text format, without timestamps: by name, and by name and
 * labels as they stand there.
 */
final class Readings {
  private final Map<String, Double> sums = new HashMap<>();
  private final Map<String, Double> samples = new HashMap<>();
  private final Map<String, String> runtime = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private String version = "";

  static Readings parse(String text) {
    Readings readings = new Readings();
    text.lines().filter(line -> !line.startsWith("#")).forEach(readings::line);
    return readings;
  }

  private void line(String line) {
    // Label values may have spaces, the value behind the last one has none.
    int space = line.lastIndexOf(' ');
    if (space <= 0) {
      return;
    }
    double value;
    try {
      value = Double.parseDouble(line.substring(space + 1));
    } catch (NumberFormatException e) {
      return;
    }
    String sample = line.substring(0, space);
    int brace = sample.indexOf('{');
    String name = brace < 0 ? sample : sample.substring(0, brace);
    samples.put(sample, value);
    sums.merge(name, value, Double::sum);
    switch (name) {
      case "tidegate_build_info" -> version = label(sample, "version");
      case "tidegate_setting_info" -> settings.put(label(sample, "name"), label(sample, "value"));
      case "tidegate_jvm_option_info" -> runtime.put(label(sample, "name"), label(sample, "value"));
      case "tidegate_kafka_client_info" -> runtime.put("Kafka client", label(sample, "version"));
      case "jvm_info" -> {
        runtime.put(LocalJvm.JDK, label(sample, "version"));
        runtime.put(LocalJvm.VENDOR, label(sample, "vendor"));
      }
      default -> {}
    }
  }

  private static String label(String sample, String name) {
    int at = sample.indexOf(name + "=\"");
    int from = at + name.length() + 2;
    int to = at < 0 ? -1 : sample.indexOf('"', from);
    return to < 0 ? "" : sample.substring(from, to);
  }

  /** Of all samples with that name; NaN where there is none. */
  double sum(String name) {
    return sums.getOrDefault(name, Double.NaN);
  }

  /** Of all samples with that name and that label. */
  double sum(String name, String label) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(name + "{"))
        .filter(sample -> sample.getKey().contains(label))
        .mapToDouble(Map.Entry::getValue)
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  String version() {
    return version;
  }

  /** What it runs on, by the names in the report. */
  Map<String, String> runtime() {
    return runtime;
  }

  /** By their variables. */
  Map<String, String> settings() {
    return settings;
  }
}
