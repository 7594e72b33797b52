package io.tidegate.cli.send;

import io.tidegate.contract.IsoDuration;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** The values of {@code --ttl} and {@code --deliver-at} as ingest takes them. */
final class Timing {
  private static final Duration MOST = Duration.ofDays(30);
  private static final String TTL_FORMS =
      "--ttl: want seconds, 90s, 5m, 6h, 7d or PT1H30M, at most 30 days, got \"";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,3})?");
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

  private Timing() {}

  /**
   * @return seconds
   * @throws IllegalArgumentException naming the option and what it takes
   */
  static BigDecimal ttl(String text) {
    BigDecimal seconds;
    try {
      seconds =
          SECONDS.matcher(text).matches()
              ? new BigDecimal(text)
              : seconds(IsoDuration.parseEither(text.strip()));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new IllegalArgumentException(TTL_FORMS + text + "\"", e);
    }
    if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(MOST.toSeconds())) > 0) {
      throw new IllegalArgumentException(TTL_FORMS + text + "\"");
    }
    return seconds;
  }

  /**
   * @throws IllegalArgumentException naming the option and what it takes
   */
  static String deliverAt(String text) {
    try {
      if (RFC_3339.matcher(text).matches()) {
        OffsetDateTime.parse(text);
        return text;
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("--deliver-at: there is no such time: " + text, e);
    }
    throw new IllegalArgumentException(
        "--deliver-at: want an RFC 3339 time such as 2026-11-27T06:30:00Z, got \"" + text + "\"");
  }

  private static BigDecimal seconds(Duration duration) {
    // Ingest rounds up to milliseconds too, so that only 0 is "now or never".
    long millis = duration.plusNanos(999_999).toMillis();
    return millis % 1_000 == 0 ? BigDecimal.valueOf(millis / 1_000) : BigDecimal.valueOf(millis, 3);
  }
}
