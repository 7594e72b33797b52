package io.tidegate.loadtest.report;

import java.util.Collections;
import java.util.List;

/**
 * What was read of one thing, at most once a second; a second without a reading is left out.
 *
 * @param seconds of the run, rising, each 0 to {@link Report#MAX_SECONDS}
 * @param values finite, as many as seconds
 */
public record Gauge(List<Integer> seconds, List<Double> values) {
  public Gauge {
    seconds = List.copyOf(seconds);
    values = List.copyOf(values);
    Checks.that(
        seconds.size() == values.size(),
        "values",
        values.size() + " of them; want as many as seconds, " + seconds.size());
    int last = -1;
    for (int second : seconds) {
      Checks.range("seconds", second, Report.MAX_SECONDS);
      Checks.that(second > last, "seconds", second + " after " + last + "; want them to rise");
      last = second;
    }
    for (double value : values) {
      Checks.that(Double.isFinite(value), "values", value + "; want a finite number");
    }
  }

  /** 0 without a reading. */
  double mean() {
    return values.isEmpty() ? 0 : sum() / values.size();
  }

  /** 0 without a reading. */
  double max() {
    return values.isEmpty() ? 0 : Collections.max(values);
  }

  /** 0 without a reading. */
  double last() {
    return values.isEmpty() ? 0 : values.getLast();
  }

  double sum() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
