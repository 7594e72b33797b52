package io.tidegate.loadtest.report;

import java.util.List;

/**
 * One kind of what must not happen, as {@code lost}, {@code duplicate}, {@code order}, {@code
 * beyond_limit} or {@code closed_for_good}.
 *
 * @param count how often it did, at least 0
 * @param examples a few, as text
 */
public record Violation(long count, List<String> examples) {
  public Violation {
    Checks.count("count", count);
    examples = List.copyOf(examples);
  }
}
