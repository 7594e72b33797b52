package io.tidegate.fanout.pace;

import java.time.Duration;

/**
 * A rate with a burst as GCRA (ITU-T I.371): at most {@code burst} at once, and in any stretch of
 * time t no more than {@code burst + t * limit / window}. All that is stored is one instant: when
 * the next would come at the steady rate. One conforms when it comes no earlier than that less the
 * tolerance, which is therefore also the exact time of the next one.
 *
 * <p>The stored instants are epoch nanoseconds; 0 is as good as new.
 *
 * @param emissionNanos between two at the steady rate, rounded up so as never to exceed it
 * @param toleranceNanos how far ahead of the steady rate a burst may run
 */
public record Gcra(long emissionNanos, long toleranceNanos) {
  private static final long NANOS = 1_000_000;

  /** For {@code limit} and {@code burst} of 1 or more, and a window of 1 ms to 366 days. */
  public static Gcra of(long limit, Duration window, long burst) {
    long emission = Math.ceilDiv(window.toNanos(), limit);
    return new Gcra(emission, Math.multiplyExact(emission, burst - 1));
  }

  /**
   * The stored instant, brought back where it is further ahead than a clock that runs forward can
   * have put it: a wall clock that was set back, a rule that was changed or messages that bypassed
   * it must not stop a user for longer than a burst takes. It is to be stored so, else the bound
   * would move on with the clock and the user would never be eligible.
   */
  public long broughtBack(long instant, long nowMillis) {
    return Math.min(instant, furthest(nowMillis));
  }

  /** When the next one conforms, epoch milliseconds, rounded up; at or before now means now. */
  public long eligibleMillis(long instant) {
    return Math.ceilDiv(instant - toleranceNanos, NANOS);
  }

  /** What is stored after one at {@code nowMillis}, whether it conformed or not. */
  public long taken(long instant, long nowMillis) {
    long next = Math.max(instant, nowMillis * NANOS) + emissionNanos;
    return Math.min(next, furthest(nowMillis));
  }

  /** When the stored instant is as good as new, epoch milliseconds, rounded up. */
  public long idleMillis(long instant) {
    return Math.ceilDiv(instant, NANOS);
  }

  private long furthest(long nowMillis) {
    return nowMillis * NANOS + toleranceNanos + emissionNanos;
  }
}
