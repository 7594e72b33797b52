package io.tidegate.fanout.throttle;

import java.util.List;

/**
 * Several limits that hold together. Each is a GCRA (ITU-T I.371): one stored instant, the
 * theoretical arrival time of the next message at the steady rate. A message conforms when it comes
 * no earlier than that instant less the tolerance, which is therefore also the exact time of the
 * next one.
 *
 * <p>The clocks are an array that the caller keeps, one instant per limit, epoch nanoseconds.
 */
public final class Throttle {
  private static final long NANOS = 1_000_000;

  private final List<Limit> limits;

  public Throttle(List<Limit> limits) {
    this.limits = List.copyOf(limits);
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
      long earliest = clock(clocks, i, nowMillis) - limits.get(i).toleranceNanos();
      eligible = Math.max(eligible, Math.ceilDiv(earliest, NANOS));
    }
    return eligible;
  }

  /** Counts one message at {@code nowMillis} against every limit. */
  public void take(long[] clocks, long nowMillis) {
    for (int i = 0; i < limits.size(); i++) {
      long start = Math.max(clock(clocks, i, nowMillis), nowMillis * NANOS);
      clocks[i] = start + limits.get(i).emissionNanos();
    }
  }

  /**
   * When the clocks are as good as new, because no limit remembers anything that still counts;
   * epoch milliseconds, rounded up; at or before now means now.
   */
  public long idleMillis(long[] clocks, long nowMillis) {
    long idle = 0;
    for (int i = 0; i < limits.size(); i++) {
      idle = Math.max(idle, Math.ceilDiv(clock(clocks, i, nowMillis), NANOS));
    }
    return idle;
  }

  /**
   * The stored instant, but never further ahead than a clock that runs forward can have put it: a
   * wall clock that was set back must not stop a user for as long.
   */
  private long clock(long[] clocks, int i, long nowMillis) {
    Limit limit = limits.get(i);
    long furthest = nowMillis * NANOS + limit.toleranceNanos() + limit.emissionNanos();
    return Math.min(clocks[i], furthest);
  }
}
