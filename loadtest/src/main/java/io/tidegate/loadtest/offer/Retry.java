package io.tidegate.loadtest.offer;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are for now, and when to come again.
 *
 * @param patienceNanos how long after it was due it is made again at most; 0: never
 */
public record Retry(long patienceNanos) {
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long MOST_SECONDS = 30;
  public static final long NEVER = -1;

  /**
   * @param status 0: no answer came
   * @param retryAfter the header, seconds
   * @return when, {@link #NEVER} if the answer is for good or patience is at its end
   */
  public long at(int status, @Nullable String retryAfter, long dueNanos, long nowNanos) {
    boolean forNow = status == 0 || status == 408 || status == 429 || status >= 500;
    long wait = LEAST_NANOS;
    if (retryAfter != null && retryAfter.matches("[0-9]{1,9}")) {
      wait = TimeUnit.SECONDS.toNanos(Math.min(MOST_SECONDS, Long.parseLong(retryAfter)));
    }
    long at = nowNanos + Math.max(LEAST_NANOS, wait);
    return forNow && at - dueNanos <= patienceNanos ? at : NEVER;
  }
}
