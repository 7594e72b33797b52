package io.tidegate.loadtest.run;

/**
 * How long what is under way is waited for after the load: as long as something new is shown, and
 * so long after the last of it.
 */
final class Drain {
  private final long quietNanos;
  private long lastShown = -1;
  private long sinceNanos;

  Drain(long quietNanos) {
    this.quietNanos = quietNanos;
  }

  /**
   * @param offered all was offered and answered
   * @param shown how many were shown so far
   */
  boolean isOver(boolean offered, long shown, long nowNanos) {
    if (!offered || shown != lastShown) {
      lastShown = shown;
      sinceNanos = nowNanos;
    }
    return offered && nowNanos - sinceNanos >= quietNanos;
  }
}
