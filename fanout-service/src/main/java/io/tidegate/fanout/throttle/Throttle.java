package io.tidegate.fanout.throttle;

import io.tidegate.fanout.pace.Gcra;
import java.util.List;

/**
 * Several limits that hold together, each a {@link Gcra}.
 *
 * <p>The clocks are an array that the caller keeps, one instant per limit, epoch nanoseconds.
 */
public final class Throttle {
  private final List<Gcra> limits;

  public Throttle(List<Limit> limits) {
    this.limits = limits.stream().map(Limit::gcra).toList();
  }

  public int size() {
    return limits.size();
  }

  /**
   * When the next message conforms to every limit, epoch milliseconds, rounded up; at or before now
   * means now.
   */
  public long eligibleMillis(long[] clocks, long nowMillis) {
    long eligible = 0;
    for (int i = 0; i < limits.size(); i++) {
      long earliest = limits.get(i).eligibleMillis(clock(clocks, i, nowMillis));
      eligible = Math.max(eligible, earliest);
    }
    return eligible;
  }

  /** Counts one message at {@code nowMillis} against every limit. */
  public void take(long[] clocks, long nowMillis) {
    for (int i = 0; i < limits.size(); i++) {
      clocks[i] = limits.get(i).taken(clocks[i], nowMillis);
    }
  }

  /**
   * When the clocks are as good as new, because no limit remembers anything that still counts:
   * epoch milliseconds, rounded up; at or before now means now.
   */
  public long idleMillis(long[] clocks, long nowMillis) {
    long idle = 0;
    for (int i = 0; i < limits.size(); i++) {
      idle = Math.max(idle, limits.get(i).idleMillis(clock(clocks, i, nowMillis)));
    }
    return idle;
  }

  private long clock(long[] clocks, int i, long nowMillis) {
    clocks[i] = limits.get(i).broughtBack(clocks[i], nowMillis);
    return clocks[i];
  }
}
