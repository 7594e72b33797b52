package io.tidegate.fanout.pace;

/**
 * A pressure that rises at once and falls by at most {@value #PER_SECOND} a second, so that what it
 * slows does not start and stop by turns.
 */
final class Falling {
  static final double PER_SECOND = 0.1;

  private double value;
  private long atMillis;

  /**
   * @param target what is measured now
   */
  double at(long nowMillis, double target) {
    // A clock that was set back stands still meanwhile.
    double fallen = value - PER_SECOND * Math.max(0, nowMillis - atMillis) / 1_000;
    value = Math.max(target, fallen);
    atMillis = nowMillis;
    return value;
  }
}
