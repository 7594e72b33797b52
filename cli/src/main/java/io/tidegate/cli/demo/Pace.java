package io.tidegate.cli.demo;

import java.time.Duration;
import java.time.Instant;

/**
 * When each event of a feed is due, as many times faster than it happened. What happened in one
 * instant is due in one instant: bursts stay bursts.
 *
 * @param first when the first event happened
 * @param speed 1 for as it happened
 */
record Pace(Instant first, double speed) {
  Pace {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("speed: want a number above 0, got " + speed);
    }
  }

  /** The pace at which the time from first to last takes {@code length}. */
  static Pace over(Instant first, Instant last, Duration length) {
    double real = Math.max(1, Duration.between(first, last).toMillis());
    return new Pace(first, Math.max(1, real / length.toMillis()));
  }

  /** Nanoseconds after the start of the replay; never before it. */
  long dueNanos(Instant happened) {
    Duration since = Duration.between(first, happened);
    return Math.max(0, Math.round((since.getSeconds() * 1e9 + since.getNano()) / speed));
  }
}
