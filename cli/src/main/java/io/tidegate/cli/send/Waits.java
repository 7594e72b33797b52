package io.tidegate.cli.send;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** For how long to leave a service alone that had no capacity, at most 10 s and a bit. */
final class Waits {
  private static final Duration MOST = Duration.ofSeconds(10);

  private Waits() {}

  /** As long as the answer asks for. */
  static Duration retryAfter(HttpResponse<String> response, int attempt) {
    String seconds = response.headers().firstValue("retry-after").orElse("");
    if (!seconds.matches("[0-9]{1,5}")) {
      return backoff(attempt);
    }
    long named = Math.min(MOST.toMillis(), 1000 * Long.parseLong(seconds));
    return Duration.ofMillis(named + RandomGenerator.getDefault().nextLong(200));
  }

  /** A random time below a bound that doubles from 200 ms. */
  static Duration backoff(int attempt) {
    long bound = Math.min(MOST.toMillis(), 200L << Math.min(attempt, 10));
    return Duration.ofMillis(bound / 2 + RandomGenerator.getDefault().nextLong(bound / 2 + 1));
  }
}
