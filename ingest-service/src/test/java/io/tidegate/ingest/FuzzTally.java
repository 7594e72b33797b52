package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

  /** Whether each operation of the contract was answered well, and refused. */
  boolean hasEveryOperation() {
    return lacking().isEmpty();
  }

  /**
   * @throws AssertionError if an operation of the contract was never answered well, or never
   *     refused: then the rest would say nothing of it
   */
  void requireEveryOperation() {
    assertThat(lacking()).isEmpty();
  }

  private List<String> lacking() {
    List<String> lacking = new ArrayList<>();
    for (JsonNode item : ContractCheck.CONTRACT.get("paths")) {
      for (String method : ContractCheck.METHODS) {
        JsonNode operation = item.path(method.toLowerCase(Locale.ROOT)).path("operationId");
        if (operation.isString()) {
          String id = operation.stringValue();
          Map<Integer, Integer> seen = answers.getOrDefault(id, Map.of());
          if (seen.keySet().stream().noneMatch(status -> status < 400)) {
            lacking.add(id + " was never answered well");
          }
          if (seen.keySet().stream().noneMatch(status -> status >= 400)) {
            lacking.add(id + " was never refused");
          }
        }
      }
    }
    return lacking;
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
