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
      new ProcessFacts("What processes run on", "Runtimes that differ", Watched::runtime, true);

  static final ProcessFacts SETTINGS =
      new ProcessFacts("Settings of services", "Settings that differ", Watched::settings, false);

  /** Where a process is, which makes no run another. */
  private static final Pattern PLACE = Pattern.compile("TIDEGATE_[A-Z]+_(PORT|SLOT)");

  private static final int MAX_ROWS = 1_000;
  private static final int MAX_NAME = 60;

  /** So that two fit beside the longest variable. */
  private static final int MAX_VALUE = 24;

  private static final String OR = " | ";

  /** In place of a name: the processes of one run that the other has not, taken together. */
  private static final String OTHERS = "others";

  private final String caption;
  private final String differing;
  private final Function<Watched, Map<String, String>> facts;
  private final boolean byProcess;

  /**
   * @param byProcess whether processes of another name have facts of the same names, so that only
   *     those of one name are compared
   */
  private ProcessFacts(
      String caption,
      String differing,
      Function<Watched, Map<String, String>> facts,
      boolean byProcess) {
    this.caption = caption;
    this.differing = differing;
    this.facts = facts;
    this.byProcess = byProcess;
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

  /** Names of processes that tell any in a run and not in another, if others do there. */
  Set<String> toldOnlyIn(Report report, Report other) {
    Set<String> names = tellers(report);
    Set<String> there = tellers(other);
    if (!byProcess || there.isEmpty()) {
      return Set.of();
    }
    names.removeAll(there);
    return names;
  }

  /**
   * Those of which A has other values than B, but for ports and slots; none where either tells
   * nothing. Where they go by process, each with those it differs in, unless that is all; processes
   * that only one of both has are compared as one if the other has such too.
   */
  Grid differing(Report a, Report b) {
    Map<String, Map<String, Set<String>>> as = values(a, b);
    Map<String, Map<String, Set<String>>> bs = values(b, a);
    as.keySet().retainAll(bs.keySet());
    SortedMap<String, Map<List<Set<String>>, List<String>>> all = new TreeMap<>();
    as.forEach(
        (process, one) -> {
          Map<String, Set<String>> other = bs.getOrDefault(process, Map.of());
          Set<String> names = new TreeSet<>(one.keySet());
          names.addAll(other.keySet());
          names.removeIf(name -> PLACE.matcher(name).matches());
          for (String name : names) {
            Set<String> ofOne = one.getOrDefault(name, Set.of());
            Set<String> ofOther = other.getOrDefault(name, Set.of());
            if (!ofOne.equals(ofOther)) {
              all.computeIfAbsent(name, n -> new LinkedHashMap<>())
                  .computeIfAbsent(List.of(ofOne, ofOther), values -> new ArrayList<>())
                  .add(process);
            }
          }
        });
    List<List<String>> rows = new ArrayList<>();
    all.forEach(
        (name, different) ->
            different.forEach(
                (values, processes) -> {
                  boolean everywhere = processes.size() == as.size();
                  String row = everywhere ? name : name + " of " + String.join(", ", processes);
                  rows.add(
                      List.of(
                          Plain.line(row, MAX_NAME),
                          shown(values.getFirst()),
                          shown(values.getLast())));
                }));
    List<List<String>> first = rows.subList(0, Math.min(rows.size(), MAX_ROWS));
    return new Grid(differing, List.of("", "A", "B"), first, true);
  }

  private Set<String> tellers(Report report) {
    Set<String> names = new TreeSet<>();
    for (Watched process : report.processes()) {
      if (!facts.apply(process).isEmpty()) {
        names.add(process.name());
      }
    }
    return names;
  }

  /** By process, if they go by it, and by fact. */
  private Map<String, Map<String, Set<String>>> values(Report report, Report other) {
    Set<String> there = tellers(other);
    Map<String, Map<String, Set<String>>> all = new TreeMap<>();
    for (Watched process : report.processes()) {
      String name = byProcess && there.contains(process.name()) ? process.name() : OTHERS;
      facts
          .apply(process)
          .forEach(
              (fact, value) ->
                  all.computeIfAbsent(name, n -> new TreeMap<>())
                      .computeIfAbsent(fact, f -> new TreeSet<>())
                      .add(value));
    }
    return all;
  }

  private static String shown(Set<String> values) {
    return values.isEmpty() ? Unit.NONE : Plain.line(String.join(OR, values), MAX_VALUE);
  }
}
