package io.tidegate.fanout.pace;

/**
 * How late a task handles its messages, smoothed over about a second. Not by timestamps alone,
 * which whoever writes may set to anything: nothing counts as later than since the task had last
 * nothing to do for {@value #IDLE_MILLIS} ms. For one thread.
 */
public final class Lateness {
  static final long IDLE_MILLIS = 500;
  private static final double SMOOTHING_MILLIS = 1_000;
  private static final long SILENT_MILLIS = 1_000;

  private final Falling falling = new Falling();
  private double smoothedMillis;
  private long busySinceMillis;
  private long handledMillis;

  /**
   * Something is handled.
   *
   * @param sinceMillis when it was there to be handled, or is said to have been
   */
  public void handled(long nowMillis, long sinceMillis) {
    long passed = nowMillis - handledMillis;
    if (passed < 0 || passed > IDLE_MILLIS) {
      busySinceMillis = nowMillis;
      smoothedMillis = 0;
    } else {
      long late = nowMillis - Math.max(sinceMillis, busySinceMillis);
      double bounded = Math.clamp((double) late, 0, Pressure.LATE_HIGH_MILLIS);
      double weight = Math.min(1, passed / SMOOTHING_MILLIS);
      smoothedMillis += (bounded - smoothedMillis) * weight;
    }
    handledMillis = nowMillis;
  }

  /** Whether nothing was handled for so long that it says nothing about now. */
  public boolean isSilent(long nowMillis) {
    return nowMillis - handledMillis > SILENT_MILLIS;
  }

  /** The pressure of it. */
  public double at(long nowMillis) {
    double late = isSilent(nowMillis) ? 0 : smoothedMillis;
    return falling.at(nowMillis, Pressure.ofLateness(late));
  }
}
