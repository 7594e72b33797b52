package io.tidegate.fanout.topology;

import java.time.Duration;

/**
 * How long a thread of fan-out waits for its next commit. A transaction costs the thread and the
 * broker nearly the same for one record as for a thousand: so the larger the part of its time that
 * a thread has work, the longer it waits, from half of the interval that was set to {@link
 * #MOST_INTERVALS} times of it.
 *
 * <p>Which part that is counts over about the last {@value #MEMORY_MILLIS} ms.
 */
final class CommitPace {
  static final int MOST_INTERVALS = 4;

  static final long MEMORY_MILLIS = 500;

  private static final double LEAST_INTERVALS = 0.5;

  private static final double MEMORY_NANOS = MEMORY_MILLIS * 1e6;

  private boolean begun;
  private long lastNanos;
  private long lastWorkedNanos;

  /** Of the time, from 0 to 1. */
  private double busy;

  /**
   * How long to wait from now on.
   *
   * @param interval twice what is waited where there is nothing else to do
   * @param nowNanos of any clock that never goes back
   * @param workedNanos how long the thread has worked so far in all
   */
  Duration next(Duration interval, long nowNanos, long workedNanos) {
    if (begun) {
      double elapsed = Math.max(1, nowNanos - lastNanos);
      double share = Math.clamp((workedNanos - lastWorkedNanos) / elapsed, 0, 1);
      busy += (share - busy) * elapsed / (elapsed + MEMORY_NANOS);
    }
    begun = true;
    lastNanos = nowNanos;
    lastWorkedNanos = workedNanos;
    return Duration.ofMillis(
        Math.round(
            interval.toMillis() * (LEAST_INTERVALS + (MOST_INTERVALS - LEAST_INTERVALS) * busy)));
  }
}
