package io.tidegate.cli.bench;

import java.time.Duration;

/**
 * The policy of a burst: at most {@code burst + t * limit / window} pushes to a user in any stretch
 * of time t, each of at most {@code batch} messages.
 *
 * @param limit pushes, 1 or more
 * @param window whole milliseconds
 * @param burst 1 to limit
 * @param batch 1 to 256
 */
record BurstRule(long limit, Duration window, long burst, int batch) {
  /** From {@code 2/PT2S/2}: limit, window, burst. */
  static BurstRule parse(String text, int batch) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "rule: want LIMIT/WINDOW/BURST such as 2/PT2S/2, got " + text);
    }
    return new BurstRule(
        Long.parseLong(parts[0]), Duration.parse(parts[1]), Long.parseLong(parts[2]), batch);
  }

  String policy() {
    return """
    {"limits":[{"name":"burst-bench","limit":%d,"window":"%s","burst":%d}],\
    "batch":{"max_messages":%d}}\
    """
        .formatted(limit, window, burst, batch);
  }

  double pushesPerSecond() {
    return limit * 1e3 / window.toMillis();
  }

  /** The least time from the first to the last of so many pushes, rounded up to a millisecond. */
  long leastMillis(int pushes) {
    return pushes <= burst ? 0 : Math.ceilDiv((pushes - burst) * window.toMillis(), limit);
  }
}
