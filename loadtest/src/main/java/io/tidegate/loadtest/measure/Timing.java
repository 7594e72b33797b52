package io.tidegate.loadtest.measure;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Latencies of one kind, in microseconds, to three digits. Any thread may add one; one thread takes
 * what has come since it last did.
 */
public final class Timing {
  /** What took longer counts as this long. */
  public static final long MOST_MICROS = 3_600_000_000L;

  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(MOST_MICROS, DIGITS);
  private final Histogram total = new Histogram(MOST_MICROS, DIGITS);
  private @Nullable Histogram interval;

  /**
   * @param nanos below 0 counts as 0: the end of what is timed was seen before its begin
   */
  public void add(long nanos) {
    recorder.recordValue(Math.clamp(nanos / 1_000, 0, MOST_MICROS));
  }

  /** Those since the last call, which are part of {@link #total} now; good until the next call. */
  public Histogram take() {
    Histogram taken = recorder.getIntervalHistogram(interval);
    interval = taken;
    total.add(taken);
    return taken;
  }

  /** All that were taken. For the thread that takes. */
  public Histogram total() {
    return total;
  }
}
