package io.tidegate.cli.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of events for each second since a start. For any threads. */
final class Timeline {
  /** What comes later than that counts for the last of them. */
  private static final int MAX_SECONDS = 3_600;

  private final AtomicLongArray counts = new AtomicLongArray(MAX_SECONDS);
  private volatile long startNanos = System.nanoTime();

  /** From here on the seconds are counted; nothing has been added before. */
  void begin(long nanos) {
    startNanos = nanos;
  }

  void add(long events) {
    long second = (System.nanoTime() - startNanos) / 1_000_000_000L;
    counts.addAndGet(Math.clamp(second, 0, MAX_SECONDS - 1), events);
  }

  long inSecond(int second) {
    return counts.get(second);
  }

  /** Up to and with the last second in which anything was counted. */
  int seconds() {
    int seconds = MAX_SECONDS;
    while (seconds > 0 && counts.get(seconds - 1) == 0) {
      seconds--;
    }
    return seconds;
  }

  long most() {
    long most = 0;
    for (int second = 0; second < MAX_SECONDS; second++) {
      most = Math.max(most, counts.get(second));
    }
    return most;
  }
}
