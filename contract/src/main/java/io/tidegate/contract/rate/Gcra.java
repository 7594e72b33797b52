package io.tidegate.contract.rate;

import java.time.Duration;

/**
 * A rate with a burst as GCRA (ITU-T I.371): at most {@code burst} at once, and in any stretch of
 * time t no more than {@code burst + t * limit / window}. All that is stored is one instant: when
 * the next would come at the steady rate. One conforms when it comes no earlier than that less the
 * tolerance, which is therefore also the exact time of the next one.
 *
 * <p>The stored instants are nanoseconds on a clock that does not show less than 0, such as epoch
 * nanoseconds; 0 is as good as new. Whoever has a clock of milliseconds uses the methods that say
 * so.
 *
 * @param emissionNanos between two at the steady rate, rounded up so as never to exceed it
 * @param toleranceNanos how far ahead of the steady rate a burst may run
 */
public record Gcra(long emissionNanos, long toleranceNanos) {
  private static final long NANOS = 1_000_000;
  private static final Duration LONGEST_BURST = Duration.ofDays(366);

  /** For {@code limit} and {@code burst} of 1 or more, and a window of 1 ms to 366 days. */
  public static Gcra of(long limit, Duration window, long burst) {
    long emission = emissionNanos(limit, window);
    return new Gcra(emission, Math.multiplyExact(emission, burst - 1));
  }

  /**
   * As many as come at the steady rate in 366 days. A burst of no more puts no instant so far ahead
   * that it could overflow.
   */
  public static long mostBurst(long limit, Duration window) {
    return LONGEST_BURST.toNanos() / emissionNanos(limit, window);
  }

  private static long emissionNanos(long limit, Duration window) {
    return Math.ceilDiv(window.toNanos(), limit);
  }

  /**
   * The stored instant, brought back where it is further ahead than a clock that runs forward can
   * have put it: a wall clock that was set back, a rule that was changed or messages that bypassed
   * it must not stop a user for longer than a burst takes. It is to be stored so, else the bound
   * would move on with the clock and the user would never be eligible.
   */
  public long broughtBack(long instant, long nowMillis) {
    return broughtBackNanos(instant, nowMillis * NANOS);
  }

  /** As {@link #broughtBack}. */
  public long broughtBackNanos(long instant, long nowNanos) {
    return Math.min(instant, furthest(nowNanos));
  }

  /** When the next one conforms, epoch milliseconds, rounded up; at or before now means now. */
  public long eligibleMillis(long instant) {
    return Math.ceilDiv(instant - toleranceNanos, NANOS);
  }

  /**
   * When the next {@code count} conform, all at once, to the nanosecond; at or before now means
   * now. More than a burst never do.
   *
   * @param count at least 1
   */
  public long eligibleNanos(long instant, long count) {
    return instant - toleranceNanos + (count - 1) * emissionNanos;
  }

  /** How many conform at {@code nowNanos}, all at once: 0 to a burst. */
  public long remaining(long instant, long nowNanos) {
    long ahead = toleranceNanos - (Math.max(instant, nowNanos) - nowNanos);
    return ahead < 0 ? 0 : ahead / emissionNanos + 1;
  }

  /** What is stored after one at {@code nowMillis}, whether it conformed or not. */
  public long taken(long instant, long nowMillis) {
    return takenNanos(instant, nowMillis * NANOS);
  }

  /** As {@link #taken}. */
  public long takenNanos(long instant, long nowNanos) {
    long next = Math.max(instant, nowNanos) + emissionNanos;
    return Math.min(next, furthest(nowNanos));
  }

  /** When the stored instant is as good as new, epoch milliseconds, rounded up. */
  public long idleMillis(long instant) {
    return Math.ceilDiv(instant, NANOS);
  }

  private long furthest(long nowNanos) {
    return nowNanos + toleranceNanos + emissionNanos;
  }
}
