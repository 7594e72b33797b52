package io.tidegate.delivery.webhook;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: between {@code least} and twice as much after each failure
 * more, at most {@code most}; where between is chance, so that those who failed together do not
 * come again together. Nanoseconds.
 */
public record Backoff(long least, long most) {
  private static final int MAX_DOUBLINGS = 30;

  /**
   * @param failures so far, 1 or more
   * @param chance 0, inclusive, to 1, exclusive
   */
  long nanos(int failures, DoubleSupplier chance) {
    double bound = least * (double) (1L << Math.min(failures, MAX_DOUBLINGS));
    double widest = Math.min((double) most, bound);
    return least + (long) (chance.getAsDouble() * (widest - least));
  }
}
