package io.tidegate.loadtest.ledger;

import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Limit;
import java.util.List;

/**
 * Whether pushes were released within limits, by the instants at which they were, and by what a
 * limit says: in every stretch of time t no more than {@code burst + t * limit / window}. It does
 * not go by how fan-out keeps it.
 *
 * <p>Of the k-th thing counted at t, let a = k * window - t * limit. In a stretch that begins with
 * one and ends with another, too many were counted if a of the last is by more than (burst - 1) *
 * window above a of the first; so the least a so far is all that has to be known.
 *
 * <p>One too many is counted as a fault, and does not count against those after it. Instants are
 * whole milliseconds. For one thread.
 */
final class ExactLimits {
  private final List<Limit> limits;
  private final Faults faults;

  /** By user, and in it by limit: how many were counted, and the least a of these. */
  private final long[] counted;

  private final long[] least;

  ExactLimits(List<Limit> limits, int users, Faults faults) {
    this.limits = limits;
    this.faults = faults;
    this.counted = new long[users * limits.size()];
    this.least = new long[users * limits.size()];
  }

  /**
   * A push was released.
   *
   * @param messages in it, at least 1
   * @param millis since any instant near the run, in the order of the releases of the user
   */
  void released(int user, int messages, long millis) {
    for (int i = 0; i < limits.size(); i++) {
      int count = limits.get(i).unit() == CountUnit.MESSAGES ? messages : 1;
      for (int n = 0; n < count; n++) {
        one(user, limits.get(i), user * limits.size() + i, millis);
      }
    }
  }

  private void one(int user, Limit limit, int at, long millis) {
    long window = limit.window().toMillis();
    long a = counted[at] * window - millis * limit.limit();
    long lowest = counted[at] == 0 ? a : Math.min(least[at], a);
    long above = a - lowest - (limit.burst() - 1) * window;
    if (above > 0) {
      faults.add(
          Fault.ABOVE_LIMIT,
          () ->
              "a push to user %d released %d ms before limit %s lets it"
                  .formatted(user, Math.ceilDiv(above, limit.limit()), limit.name()));
    } else {
      counted[at]++;
      least[at] = lowest;
    }
  }
}
