package io.tidegate.fanout.rehearsal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much later than it could have gone each delivered message went.
 *
 * @param p50Millis half of the messages took no longer; 0 where there is no message
 * @param histogram how many took no longer than a bound, and longer than the one before it
 */
public record Delays(
    long p50Millis, long p90Millis, long p99Millis, long maxMillis, List<Bucket> histogram) {
  /** What counts as at once: less than people notice. */
  public static final Duration AT_ONCE = Duration.ofMillis(100);

  /** The upper bounds of the histogram, inclusive; what is longer comes after them. */
  public static final List<Duration> BOUNDS =
      List.of(
          AT_ONCE,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1));

  /**
   * @param upTo inclusive; null for all that is longer
   */
  public record Bucket(@Nullable Duration upTo, long messages) {}

  /** Collects delays, eight bytes each. */
  static final class Collector {
    private long[] millis = new long[1_024];
    private int size;

    void add(long delayMillis) {
      if (size == millis.length) {
        millis = Arrays.copyOf(millis, 2 * size);
      }
      millis[size++] = delayMillis;
    }

    Delays delays() {
      long[] sorted = Arrays.copyOf(millis, size);
      Arrays.sort(sorted);
      return new Delays(
          percentile(sorted, 50),
          percentile(sorted, 90),
          percentile(sorted, 99),
          percentile(sorted, 100),
          histogram(sorted));
    }

    /** The nearest rank: the least delay that so many per cent do not exceed. */
    private static long percentile(long[] sorted, int percent) {
      long rank = Math.ceilDiv((long) sorted.length * percent, 100);
      return sorted.length == 0 ? 0 : sorted[(int) rank - 1];
    }

    private static List<Bucket> histogram(long[] sorted) {
      List<Bucket> buckets = new ArrayList<>();
      int from = 0;
      for (Duration bound : BOUNDS) {
        int until = from;
        while (until < sorted.length && sorted[until] <= bound.toMillis()) {
          until++;
        }
        buckets.add(new Bucket(bound, until - from));
        from = until;
      }
      buckets.add(new Bucket(null, sorted.length - from));
      return buckets;
    }
  }
}
