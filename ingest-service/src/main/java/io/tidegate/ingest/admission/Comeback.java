package io.tidegate.ingest.admission;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When to come again who finds no room, or whose message Kafka did not acknowledge: soon while
 * Kafka acknowledges others, for then room comes back; else in about as long as it has been silent,
 * since nothing more is known of an outage than how long it has lasted. Spread by half, so that not
 * all come back in the same second. Safe for use by many threads.
 */
public final class Comeback {
  /** The longest that is told, seconds. */
  public static final int MOST_SECONDS = 30;

  private static final int MOST_SILENCE_SECONDS = 20;

  private final LongSupplier nanoTime;
  private volatile boolean silent;
  private volatile long sinceNanos;

  public Comeback(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Kafka acknowledged something. */
  public void heard() {
    if (silent) {
      silent = false;
    }
  }

  /**
   * Kafka did not acknowledge something in time.
   *
   * @param sentNanos when it was handed over
   */
  public void unheard(long sentNanos) {
    if (!silent) {
      sinceNanos = sentNanos;
      silent = true;
    }
  }

  /** 1 to {@link #MOST_SECONDS}. */
  public int seconds() {
    long silence = silent ? TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - sinceNanos) : 0;
    return spread(Math.clamp(silence, 1, MOST_SILENCE_SECONDS));
  }

  /**
   * @param least 1 or more
   * @return as many seconds or up to a half more, and at least up to 2 more
   */
  public static int spread(int least) {
    return least + ThreadLocalRandom.current().nextInt(Math.max(2, least / 2) + 1);
  }
}
