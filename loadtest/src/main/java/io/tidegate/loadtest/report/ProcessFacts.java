package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** One kind of what the processes of a run told of themselves, by names. */
final class ProcessFacts {
  static final ProcessFacts RUNTIME =
      new ProcessFacts("What processes run on", "Runtimes that differ", Watched::runtime);

  static final ProcessFacts SETTINGS =
      new ProcessFacts("Settings of services", "Settings that differ", Watched::settings);

  /** Where a process is, which makes no run another. */
  private static final Pattern PLACE = Pattern.compile("TIDEGATE_[A-Z]+_(PORT|SLOT)");

  private static final int MAX_ROWS = 1_000;
  private static final int MAX_NAME = 60;

  /** So that two fit beside the longest variable. */
  private static final int MAX_VALUE = 24;

  private static final String OR = " | ";

  private final String caption;
  private final String differing;
  private final Function<Watched, Map<String, String>> facts;

  private ProcessFacts(
      String caption, String differing, Function<Watched, Map<String, String>> facts) {
    this.caption = caption;
    this.differing = differing;
    this.facts = facts;
  }

  String caption() {
    return caption;
  }

  /** Each with its value, or with each of its values where processes differ, and who has it. */
  Grid table(Report report) {
    SortedMap<String, Map<String, List<String>>> all = new TreeMap<>();
    Tables.processNames(report.processes())
        .forEach(
            (process, name) ->
                facts
                    .apply(process)
                    .forEach(
                        (fact, value) ->
                            all.computeIfAbsent(fact, f -> new LinkedHashMap<>())
                                .computeIfAbsent(value, v -> new ArrayList<>())
                                .add(name)));
    List<List<String>> rows = new ArrayList<>();
    all.forEach(
        (fact, values) ->
            values.forEach(
                (value, names) ->
                    rows.add(
                        List.of(
                            Plain.line(fact, MAX_NAME),
                            Plain.line(value, MAX_NAME),
                            String.join(", ", names)))));
    return new Grid(
        caption,
        List.of("", "value", "of"),
        rows.subList(0, Math.min(rows.size(), MAX_ROWS)),
        true);
  }

  /** Whether any process told any. */
  boolean areTold(Report report) {
    return report.processes().stream().anyMatch(process -> !facts.apply(process).isEmpty());
  }

  /**
   * Those of which A has other values than B, but for ports and slots; none where either tells
   * nothing.
   */
  Grid differing(Report a, Report b) {
    Map<String, Set<String>> as = values(a);
    Map<String, Set<String>> bs = values(b);
    Set<String> names = new TreeSet<>();
    if (!as.isEmpty() && !bs.isEmpty()) {
      names.addAll(as.keySet());
      names.addAll(bs.keySet());
      names.removeIf(name -> PLACE.matcher(name).matches());
    }
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      Set<String> one = as.getOrDefault(name, Set.of());
      Set<String> other = bs.getOrDefault(name, Set.of());
      if (!one.equals(other) && rows.size() < MAX_ROWS) {
        rows.add(List.of(Plain.line(name, MAX_NAME), shown(one), shown(other)));
      }
    }
    return new Grid(differing, List.of("", "A", "B"), rows, true);
  }

  private Map<String, Set<String>> values(Report report) {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Watched process : report.processes()) {
      facts
          .apply(process)
          .forEach((name, value) -> all.computeIfAbsent(name, n -> new TreeSet<>()).add(value));
    }
    return all;
  }

  private static String shown(Set<String> values) {
    return values.isEmpty() ? Unit.NONE : Plain.line(String.join(OR, values), MAX_VALUE);
  }
}
