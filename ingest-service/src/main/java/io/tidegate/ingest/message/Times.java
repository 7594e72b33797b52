package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.IsoDuration;
import io.tidegate.contract.Rfc3339;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads {@code ttl} and instants. */
final class Times {
  /** The longest ttl, and how far ahead a delivery may be put off. */
  static final Duration MAX = Duration.ofDays(30);

  private static final long MAX_SECONDS = MAX.toSeconds();
  private static final int MAX_CHARS = 64;
  private static final String TTL_RANGE = "want 0 to " + MAX_SECONDS + " seconds (30 days)";
  private static final BigDecimal MILLISECOND = new BigDecimal("0.001");

  /** RFC 3339, which wants the seconds and the offset that ISO 8601 would let go. */
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

  private Times() {}

  /**
   * A ttl given as a JSON number of seconds.
   *
   * @return milliseconds, rounded up, so that only 0 is "deliver now or never"
   */
  static long ttlMillis(String number) throws InvalidMessageException {
    if (number.length() > MAX_CHARS) {
      throw invalid("ttl", TTL_RANGE + ", got a number of " + number.length() + " characters");
    }
    BigDecimal seconds;
    try {
      seconds = new BigDecimal(number);
    } catch (NumberFormatException e) {
      throw invalid("ttl", TTL_RANGE + ", got " + number);
    }
    if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(MAX_SECONDS)) > 0) {
      throw invalid("ttl", TTL_RANGE + ", got " + number);
    }
    if (seconds.signum() == 0) {
      return 0;
    }
    // Also keeps 1e-999999999 from being written out with all its zeros.
    if (seconds.compareTo(MILLISECOND) < 0) {
      return 1;
    }
    return seconds.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /**
   * A ttl given as an ISO 8601 duration.
   *
   * @return milliseconds, rounded up
   */
  static long ttlMillisOf(String text) throws InvalidMessageException {
    Duration duration;
    try {
      if (text.length() > MAX_CHARS) {
        throw invalid("ttl", "longer than " + MAX_CHARS + " characters");
      }
      duration = IsoDuration.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(
          "ttl",
          "want a number of seconds or an ISO 8601 duration of days, hours, minutes and seconds"
              + " such as PT1H30M");
    }
    if (duration.compareTo(MAX) > 0) {
      throw invalid("ttl", "want PT0S to P30D, got " + text);
    }
    return duration.plusNanos(999_999).toMillis();
  }

  /**
   * @return epoch milliseconds; 0 where the instant is not after {@code nowMillis}: at once
   */
  static long deliverAtMillis(String field, String text, long nowMillis)
      throws InvalidMessageException {
    long millis = instant(field, text);
    if (millis > nowMillis + MAX.toMillis()) {
      throw invalid(field, "more than 30 days ahead");
    }
    return millis <= nowMillis ? 0 : millis;
  }

  /** An RFC 3339 time in epoch milliseconds, rounded down. */
  static long instant(String field, String text) throws InvalidMessageException {
    if (text.length() > MAX_CHARS || !RFC_3339.matcher(text).matches()) {
      throw invalid(field, "want an RFC 3339 time such as 2026-11-27T06:30:00Z");
    }
    try {
      return Rfc3339.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(field, "there is no such time");
    }
  }
}
