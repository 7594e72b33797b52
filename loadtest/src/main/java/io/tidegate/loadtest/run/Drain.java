package io.tidegate.loadtest.run;

import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import java.time.Duration;

/**
 * How long what is under way is waited for after the load: as long as something new is shown or
 * devices are still on their way back, and so long after the last of it; and where all is there,
 * for a little while in which nothing more may come.
 */
final class Drain {
  /** After all that was awaited is there. */
  private static final long SETTLED_NANOS = Duration.ofSeconds(1).toNanos();

  /** No limit is waited for longer, unless the profile asks for it. */
  private static final Duration MOST_LIMITED = Duration.ofMinutes(10);

  /** Devices that are not back by then stay away. */
  private static final long AWAY_NANOS = Duration.ofSeconds(60).toNanos();

  private final long quietNanos;
  private long lastShown = -1;
  private long sinceNanos;
  private long completeNanos = -1;
  private long offeredNanos = -1;

  Drain(long quietNanos) {
    this.quietNanos = quietNanos;
  }

  /** As long as asked for, and long enough for the next push that the policy lets through. */
  static long quietNanos(Duration asked, Policy policy) {
    Duration needed = nextPush(policy).plusSeconds(2);
    Duration most = needed.compareTo(MOST_LIMITED) > 0 ? MOST_LIMITED : needed;
    return (asked.compareTo(most) > 0 ? asked : most).toNanos();
  }

  /** How long the next push may have to wait for the slowest that the policy has. */
  static Duration nextPush(Policy policy) {
    Duration longest = policy.smoothing().plus(policy.batch().window());
    for (Limit limit : policy.limits()) {
      Duration between = limit.window().dividedBy(limit.limit());
      longest = longest.compareTo(between) > 0 ? longest : between;
    }
    return longest;
  }

  /**
   * @param offered all was offered and answered
   * @param back all devices have a session
   * @param complete all that is awaited is there
   * @param shown how many were shown so far
   */
  boolean isOver(boolean offered, boolean back, boolean complete, long shown, long nowNanos) {
    if (offered && offeredNanos < 0) {
      offeredNanos = nowNanos;
    }
    boolean awaited = !back && nowNanos - offeredNanos < AWAY_NANOS;
    if (!offered || shown != lastShown || awaited) {
      lastShown = shown;
      sinceNanos = nowNanos;
    }
    if (!complete) {
      completeNanos = -1;
    } else if (completeNanos < 0) {
      completeNanos = nowNanos;
    }
    boolean settled = completeNanos >= 0 && nowNanos - completeNanos >= SETTLED_NANOS;
    return offered && (settled || nowNanos - sinceNanos >= quietNanos);
  }
}
