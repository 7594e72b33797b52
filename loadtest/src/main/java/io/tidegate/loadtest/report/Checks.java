package io.tidegate.loadtest.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the parts of a report hold themselves to. Errors begin with the field's name. */
final class Checks {
  private Checks() {}

  /**
   * @throws IllegalArgumentException if it does not hold
   */
  static void that(boolean holds, String field, String wrong) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + wrong);
    }
  }

  static void count(String field, long count) {
    that(count >= 0, field, count + "; want at least 0");
  }

  static void range(String field, int value, int most) {
    that(value >= 0 && value <= most, field, value + "; want 0 to " + most);
  }

  static Map<String, Long> counts(String field, Map<String, Long> counts) {
    counts.forEach((name, count) -> count(field + "." + name, count));
    return ordered(counts);
  }

  static List<Long> counts(String field, List<Long> counts) {
    range(field, counts.size(), Report.MAX_SECONDS);
    counts.forEach(count -> count(field, count));
    return List.copyOf(counts);
  }

  /** A copy that keeps its order and cannot be changed. */
  static <T> Map<String, T> ordered(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
