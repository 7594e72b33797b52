package io.tidegate.loadtest.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * One kind of what must not happen, as {@code lost}, {@code duplicate}, {@code order}, {@code
 * beyond_limit} or {@code closed_for_good}.
 *
 * @param count how often it did, at least 0
 * @param examples a few, as text
 */
public record Violation(long count, List<String> examples) {
  /** Examples of a sum. */
  private static final int MAX_EXAMPLES = 10;

  public Violation {
    Checks.count("count", count);
    examples = List.copyOf(examples);
  }

  /** Both together, with the first of their examples. */
  public Violation plus(Violation other) {
    List<String> both =
        Stream.concat(examples.stream(), other.examples.stream()).limit(MAX_EXAMPLES).toList();
    return new Violation(count + other.count, both);
  }
}
