package io.tidegate.delivery.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The field {@code Retry-After} of an answer: RFC 9110, 10.2.3. */
public final class RetryAfter {
  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /**
   * For how long the answer asks not to come again, in nanoseconds; 0 where it does not, or not in
   * words that are known.
   *
   * @param value seconds or a date; null: there is none
   */
  public static long nanos(@Nullable String value, long nowMillis) {
    if (value == null || value.isEmpty()) {
      return 0;
    }
    if (value.length() <= MAX_DIGITS && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return TimeUnit.SECONDS.toNanos(Integer.parseInt(value));
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.ofEpochMilli(nowMillis), at);
      return wait.isNegative() ? 0 : TimeUnit.SECONDS.toNanos(wait.toSeconds());
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
