package io.tidegate.fanout.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a naive model that remembers every message and counts every stretch of time. */
class ThrottleTest {
  private static final long START = 1_800_000_000_000L;

  @Test
  void burstShouldGoAtOnceAndThenOneAtATime() {
    // Given
    Throttle throttle = new Throttle(List.of(new Limit(10, Duration.ofSeconds(1), 3)));
    long[] clocks = new long[throttle.size()];

    // When
    List<Long> taken = takeAll(throttle, clocks, START, 5);

    // Then
    assertThat(taken).containsExactly(START, START, START, START + 100, START + 200);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void noStretchShouldHoldMoreThanItsLimitAndNothingShouldWaitLonger(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      // Given
      List<Limit> limits = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        limits.add(limit(random));
      }
      Throttle throttle = new Throttle(limits);
      NaiveThrottle naive = new NaiveThrottle(limits);
      long[] clocks = new long[limits.size()];
      long now = START;

      for (int i = 0; i < 100; i++) {
        // When
        now += random.nextInt(3) == 0 ? random.nextLong(20_000) : random.nextLong(50);
        long eligible = Math.max(now, throttle.eligibleMillis(clocks, now));

        // Then
        long exact = naive.eligibleMillis(now);
        assertThat(eligible)
            .as("seed %d, round %d, message %d of %s", seed, round, i, limits)
            // A nanosecond a message is lost where the window is no multiple of the limit.
            .isBetween(exact, exact + 1);
        if (limits.stream().allMatch(ThrottleTest::isExact)) {
          assertThat(eligible).as("seed %d, %s", seed, limits).isEqualTo(exact);
        }
        if (random.nextBoolean()) {
          now = eligible;
        }
        if (eligible <= now) {
          throttle.take(clocks, now);
          naive.take(now);
        }
      }
      naive.checkEveryStretch();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void idleThrottleShouldBeAsGoodAsNew(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      // Given
      Limit limit = limit(random);
      Throttle throttle = new Throttle(List.of(limit));
      long[] clocks = new long[1];
      long last = takeAll(throttle, clocks, START, 1 + random.nextInt(30)).getLast();

      // When
      long idle = throttle.idleMillis(clocks, last);

      // Then
      List<Long> fresh = takeAll(throttle, new long[1], idle, 30);
      assertThat(takeAll(throttle, clocks.clone(), idle, 30)).as("%s", limit).isEqualTo(fresh);
      assertThat(takeAll(throttle, clocks.clone(), idle - 1, 30))
          .as("%s a millisecond before", limit)
          .isNotEqualTo(takeAll(throttle, new long[1], idle - 1, 30));
    }
  }

  @Test
  void clockThatWasSetBackShouldHoldTheNextForOneIntervalOnly() {
    // Given
    Throttle throttle = new Throttle(List.of(new Limit(10, Duration.ofSeconds(1), 3)));
    long[] clocks = new long[1];
    takeAll(throttle, clocks, START, 5);

    // When
    long back = START - 3_600_000;
    List<Long> taken = takeAll(throttle, clocks, back, 3);

    // Then
    assertThat(taken).containsExactly(back + 100, back + 200, back + 300);
  }

  @Test
  void waitingAfterTheClockWasSetBackShouldComeToAnEnd() {
    // Given
    Throttle throttle = new Throttle(List.of(new Limit(1, Duration.ofSeconds(1), 1)));
    long[] clocks = new long[1];
    throttle.take(clocks, START);

    // When
    long back = START - 3_600_000;
    long first = throttle.eligibleMillis(clocks, back);

    // Then
    assertThat(first).isEqualTo(back + 1_000);
    assertThat(throttle.eligibleMillis(clocks, back + 400)).isEqualTo(first);
    assertThat(throttle.eligibleMillis(clocks, first)).isEqualTo(first);
  }

  @Test
  void intervalShouldBeRoundedUpSoThatTheRateIsNeverExceeded() {
    // Given
    Limit twoThirdsOfANanosecond = new Limit(1_500_000, Duration.ofMillis(1), 1);
    Throttle throttle = new Throttle(List.of(twoThirdsOfANanosecond));

    // When
    List<Long> taken = takeAll(throttle, new long[1], START, 3);

    // Then
    assertThat(taken).containsExactly(START, START + 1, START + 2);
  }

  @Test
  void noLimitShouldHoldNothing() {
    Throttle throttle = new Throttle(List.of());
    assertThat(throttle.eligibleMillis(new long[0], START)).isLessThanOrEqualTo(START);
    assertThat(throttle.idleMillis(new long[0], START)).isLessThanOrEqualTo(START);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT1S | 1 | limit: want 1 to 1000000000, got 0",
        "1000000001 | PT1S | 1 | limit: want 1 to 1000000000, got 1000000001",
        "1 | PT0S | 1 | window: want PT0.001S to P366D, got PT0S",
        "1 | PT-1S | 1 | window: want PT0.001S to P366D, got PT-1S",
        "1 | P367D | 1 | window: want PT0.001S to P366D, got PT8808H",
        "5 | PT1S | 0 | burst: want 1 to the limit 5, got 0",
        "5 | PT1S | 6 | burst: want 1 to the limit 5, got 6"
      })
  void illegalLimitShouldBeRefusedNamingFieldAndReason(
      long limit, Duration window, long burst, String reason) {
    assertThatThrownBy(() -> new Limit(limit, window, burst))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({"1000000000, PT0.001S, 1000000000", "1, P366D, 1", "1000000000, P366D, 1000000000"})
  void limitsAtTheirBoundsShouldNotOverflow(long limit, Duration window, long burst) {
    // Given
    Throttle throttle = new Throttle(List.of(new Limit(limit, window, burst)));
    long[] clocks = new long[1];

    // When
    List<Long> taken = takeAll(throttle, clocks, START, 3);

    // Then
    assertThat(taken.getFirst()).isEqualTo(START);
    assertThat(taken).isSorted();
    assertThat(taken.get(1) - START).isLessThanOrEqualTo(window.toMillis());
  }

  private static List<Long> takeAll(Throttle throttle, long[] clocks, long from, int messages) {
    List<Long> taken = new ArrayList<>();
    long now = from;
    for (int i = 0; i < messages; i++) {
      now = Math.max(now, throttle.eligibleMillis(clocks, now));
      throttle.take(clocks, now);
      taken.add(now);
    }
    return taken;
  }

  private static Limit limit(Random random) {
    long limit = 1 + random.nextLong(20);
    Duration window = Duration.ofMillis(1 + random.nextLong(30_000));
    return new Limit(limit, window, 1 + random.nextLong(limit));
  }

  private static boolean isExact(Limit limit) {
    return limit.window().toNanos() % limit.limit() == 0;
  }

  /** Remembers every message; in whole numbers, so that nothing is rounded. */
  private static final class NaiveThrottle {
    private final List<Limit> limits;
    private final List<Long> taken = new ArrayList<>();

    NaiveThrottle(List<Limit> limits) {
      this.limits = limits;
    }

    void take(long millis) {
      taken.add(millis);
    }

    /** The first millisecond at which one more message breaks no stretch that ends with it. */
    long eligibleMillis(long now) {
      long eligible = now;
      for (Limit limit : limits) {
        for (int first = 0; first < taken.size(); first++) {
          // count <= burst + t * limit / window  <=>  t >= (count - burst) * window / limit
          long beyond = taken.size() - first + 1 - limit.burst();
          long nanos = beyond * limit.window().toNanos();
          long wait = Math.ceilDiv(nanos, limit.limit() * 1_000_000);
          eligible = Math.max(eligible, taken.get(first) + wait);
        }
      }
      return eligible;
    }

    void checkEveryStretch() {
      for (Limit limit : limits) {
        for (int first = 0; first < taken.size(); first++) {
          for (int last = first; last < taken.size(); last++) {
            BigInteger count = BigInteger.valueOf(last - first + 1 - limit.burst());
            BigInteger nanos = BigInteger.valueOf((taken.get(last) - taken.get(first)) * 1_000_000);
            BigInteger allowed = nanos.multiply(BigInteger.valueOf(limit.limit()));
            BigInteger asked = count.multiply(BigInteger.valueOf(limit.window().toNanos()));
            assertThat(asked)
                .as("%s from %d to %d", limit, first, last)
                .isLessThanOrEqualTo(allowed);
          }
        }
      }
    }
  }
}
