package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How often each operation of the contract was answered with which status. */
final class FuzzTally {
  private final Map<String, Map<Integer, Integer>> answers = new TreeMap<>();
  private int faults;
  private int all;

  void count(String operation, boolean faulty, int status) {
    answers.computeIfAbsent(operation, _ -> new TreeMap<>()).merge(status, 1, Integer::sum);
    all++;
    faults += faulty ? 1 : 0;
  }

  /**
   * @throws AssertionError if an operation of the contract was never answered well, or never
   *     refused: then the rest would say nothing of it
   */
  void requireEveryOperation() {
    for (JsonNode item : ContractCheck.CONTRACT.get("paths")) {
      for (String method : ContractCheck.METHODS) {
        JsonNode operation = item.path(method.toLowerCase(Locale.ROOT)).path("operationId");
        if (operation.isString()) {
          String id = operation.stringValue();
          Map<Integer, Integer> seen = answers.getOrDefault(id, Map.of());
          assertThat(seen.keySet()).as(id + ": answered well").anyMatch(status -> status < 400);
          assertThat(seen.keySet()).as(id + ": refused").anyMatch(status -> status >= 400);
        }
      }
    }
  }

  /** A line for each operation, and one for the whole. */
  @Override
  public String toString() {
    String lines =
        answers.entrySet().stream()
            .map(each -> "  %-19s %s%n".formatted(each.getKey(), statuses(each.getValue())))
            .collect(Collectors.joining());
    TreeSet<Integer> statuses = new TreeSet<>();
    answers.values().forEach(seen -> statuses.addAll(seen.keySet()));
    return "%,d answers, %,d of them to requests with a fault, statuses %s%n%s"
        .formatted(all, faults, statuses, lines.stripTrailing());
  }

  private static String statuses(Map<Integer, Integer> seen) {
    return seen.entrySet().stream()
        .map(each -> each.getKey() + "×" + each.getValue())
        .collect(Collectors.joining(" "));
  }
}
