package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the services of a run told of their settings. */
final class ServiceSettings {
  private static final int MAX_ROWS = 1_000;
  private static final int MAX_NAME = 60;

  /** So that two fit beside the longest variable. */
  private static final int MAX_VALUE = 24;

  private static final String OR = " | ";

  private ServiceSettings() {}

  /** Each with its value, or with each of its values where processes differ, and who has it. */
  static Grid table(Report report) {
    SortedMap<String, Map<String, List<String>>> all = new TreeMap<>();
    Tables.processNames(report.processes())
        .forEach(
            (process, name) ->
                process
                    .settings()
                    .forEach(
                        (variable, value) ->
                            all.computeIfAbsent(variable, v -> new LinkedHashMap<>())
                                .computeIfAbsent(value, v -> new ArrayList<>())
                                .add(name)));
    List<List<String>> rows = new ArrayList<>();
    all.forEach(
        (variable, values) ->
            values.forEach(
                (value, names) ->
                    rows.add(
                        List.of(
                            Plain.line(variable, MAX_NAME),
                            Plain.line(value, MAX_NAME),
                            String.join(", ", names)))));
    return new Grid(
        "Settings of services",
        List.of("", "value", "of"),
        rows.subList(0, Math.min(rows.size(), MAX_ROWS)),
        true);
  }

  /** Whether any service told any. */
  static boolean areTold(Report report) {
    return report.processes().stream().anyMatch(process -> !process.settings().isEmpty());
  }

  /** Those of which A has other values than B; none where either tells nothing. */
  static Grid differing(Report a, Report b) {
    Map<String, Set<String>> as = values(a);
    Map<String, Set<String>> bs = values(b);
    Set<String> variables = new TreeSet<>();
    if (!as.isEmpty() && !bs.isEmpty()) {
      variables.addAll(as.keySet());
      variables.addAll(bs.keySet());
    }
    List<List<String>> rows = new ArrayList<>();
    for (String variable : variables) {
      Set<String> one = as.getOrDefault(variable, Set.of());
      Set<String> other = bs.getOrDefault(variable, Set.of());
      if (!one.equals(other) && rows.size() < MAX_ROWS) {
        rows.add(List.of(Plain.line(variable, MAX_NAME), shown(one), shown(other)));
      }
    }
    return new Grid("Settings that differ", List.of("", "A", "B"), rows, true);
  }

  private static Map<String, Set<String>> values(Report report) {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Watched process : report.processes()) {
      process
          .settings()
          .forEach(
              (variable, value) -> all.computeIfAbsent(variable, v -> new TreeSet<>()).add(value));
    }
    return all;
  }

  private static String shown(Set<String> values) {
    return values.isEmpty() ? Unit.NONE : Plain.line(String.join(OR, values), MAX_VALUE);
  }
}
