package io.tidegate.cli.listen;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a client waits before it connects again: a random time below a bound that doubles from
 * 0.5 s to 30 s, so that a million clients of a worker that died do not come back as one.
 */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(500);
  static final Duration MOST = Duration.ofSeconds(30);

  private final RandomGenerator random;
  private long boundMillis = FIRST.toMillis();

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    Duration wait = Duration.ofMillis(random.nextLong(boundMillis + 1));
    boundMillis = Math.min(MOST.toMillis(), 2 * boundMillis);
    return wait;
  }

  /** A random time in a range that the server named. */
  Duration within(long minMillis, long maxMillis) {
    return Duration.ofMillis(random.nextLong(minMillis, maxMillis + 1));
  }

  /** A connection stood. */
  void reset() {
    boundMillis = FIRST.toMillis();
  }
}
