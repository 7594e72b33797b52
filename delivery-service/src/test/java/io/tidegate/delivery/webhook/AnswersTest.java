package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What statuses, Retry-After and failures in a row mean. */
final class AnswersTest {
  private static final long NOW = Instant.parse("2026-11-29T00:00:00Z").toEpochMilli();
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @CsvSource({
    "200, TAKEN",
    "299, TAKEN",
    "300, FAILED",
    "302, FAILED",
    "400, REFUSED",
    "401, LATER",
    "402, REFUSED",
    "403, LATER",
    "404, LATER",
    "405, LATER",
    "406, REFUSED",
    "408, LATER",
    "409, LATER",
    "410, GONE",
    "413, REFUSED",
    "425, LATER",
    "429, LATER",
    "499, REFUSED",
    "500, FAILED",
    "503, FAILED",
    "599, FAILED",
    "100, FAILED"
  })
  void statusShouldHaveItsMeaning(int status, Result result) {
    assertThat(Result.of(status)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource({
    "120, 120",
    "0, 0",
    "'Sun, 29 Nov 2026 00:01:00 GMT', 60",
    "'Sat, 28 Nov 2026 23:59:00 GMT', 0",
    "-1, 0",
    "1.5, 0",
    "9999999999, 0",
    "soon, 0",
    "'', 0"
  })
  void retryAfterShouldBeSecondsOrADate(String value, long seconds) {
    assertThat(RetryAfter.nanos(value, NOW)).isEqualTo(seconds * SECOND);
  }

  @Test
  void absentRetryAfterShouldAskForNothing() {
    assertThat(RetryAfter.nanos(null, NOW)).isZero();
  }

  @Test
  void backoffShouldGrowToItsBoundAndBeSpread() {
    // Given
    Backoff backoff = new Backoff(SECOND, 600 * SECOND);

    // When // Then
    assertThat(backoff.nanos(1, () -> 0)).isEqualTo(SECOND);
    assertThat(backoff.nanos(1, () -> 0.5)).isEqualTo(3 * SECOND / 2);
    assertThat(backoff.nanos(3, () -> 0.5)).isEqualTo(9 * SECOND / 2);
    assertThat(backoff.nanos(1_000, () -> 0.999_999_9)).isBetween(599 * SECOND, 600 * SECOND);
    assertThat(backoff.nanos(1_000, () -> 0)).isEqualTo(SECOND);
  }
}
