package io.tidegate.fanout.throttle;

import io.tidegate.fanout.pace.Gcra;
import java.time.Duration;

/**
 * At most {@code limit} messages per {@code window} in the long run, and at most {@code burst} at
 * once: in any stretch of time t, no more than {@code burst + t * limit / window}.
 *
 * @param limit 1 or more
 * @param window 1 ms to 366 days
 * @param burst 1 or more, at most {@code limit}
 */
public record Limit(long limit, Duration window, long burst) {
  private static final Duration MAX_WINDOW = Duration.ofDays(366);

  public Limit {
    if (limit < 1 || limit > 1_000_000_000) {
      throw new IllegalArgumentException("limit: want 1 to 1000000000, got " + limit);
    }
    if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(MAX_WINDOW) > 0) {
      throw new IllegalArgumentException("window: want PT0.001S to P366D, got " + window);
    }
    if (burst < 1 || burst > limit) {
      throw new IllegalArgumentException("burst: want 1 to the limit " + limit + ", got " + burst);
    }
  }

  Gcra gcra() {
    return Gcra.of(limit, window, burst);
  }
}
