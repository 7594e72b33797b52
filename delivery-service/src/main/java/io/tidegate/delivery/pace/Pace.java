package io.tidegate.delivery.pace;

import java.util.concurrent.TimeUnit;

/**
 * How fast pushes may go to one client.
 *
 * @param rate frames a second, {@link #LEAST_RATE} to {@link #MOST_RATE}; 0: as many as there are
 * @param delayMillis for how long the first of several waits for the others, 0 to {@link
 *     #MOST_DELAY_MILLIS}
 * @param bytesPerSecond of frames, {@link #LEAST_BYTES} to {@link #MOST_BYTES}; 0: any number
 */
public record Pace(double rate, int delayMillis, int bytesPerSecond) {
  /** Nothing is held back. */
  public static final Pace NONE = new Pace(0, 0, 0);

  public static final double LEAST_RATE = 0.01;
  public static final double MOST_RATE = 1_000;
  public static final int MOST_DELAY_MILLIS = 60_000;

  /** In 10 s it is more than a client has to take so as not to be slow. */
  public static final int LEAST_BYTES = 4_096;

  public static final int MOST_BYTES = 1_000_000_000;

  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * What of it a worker grants.
   *
   * @param mostDelayMillis that it holds anything
   * @param mostBytesPerSecond that it sends any client; 0: it does not care
   */
  public Pace within(int mostDelayMillis, int mostBytesPerSecond) {
    int bytes =
        mostBytesPerSecond == 0 || (bytesPerSecond > 0 && bytesPerSecond < mostBytesPerSecond)
            ? bytesPerSecond
            : mostBytesPerSecond;
    return new Pace(rate, Math.min(delayMillis, mostDelayMillis), bytes);
  }

  /** The same for a client that sets its own pace by asking: only the delay is left. */
  public Pace ofPolls() {
    return new Pace(0, delayMillis, 0);
  }

  /** Between two frames at that rate, rounded up so as never to exceed it. */
  long intervalNanos() {
    return rate == 0 ? 0 : (long) Math.ceil(SECOND / rate);
  }

  long delayNanos() {
    return TimeUnit.MILLISECONDS.toNanos(delayMillis);
  }

  /** How long so many bytes take. */
  long nanosOf(long bytes) {
    return bytesPerSecond == 0 ? 0 : (long) Math.ceil(bytes * SECOND / bytesPerSecond);
  }
}
