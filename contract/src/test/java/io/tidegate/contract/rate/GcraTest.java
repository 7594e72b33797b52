package io.tidegate.contract.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link Gcra} by a clock of nanoseconds. */
class GcraTest {
  private static final long START = 1_000_000_000_000L;

  /**
   * What was taken is written down, and one more may be taken if for every stretch of time that
   * begins with one of those and ends now the number in it is at most the burst and what the steady
   * rate brings: {@code n - burst <= (now - t) / emission}.
   */
  private record Naive(long emission, long burst, List<Long> taken) {
    boolean conforms(long now) {
      for (int i = 0; i < taken.size(); i++) {
        long inside = taken.size() - i + 1L;
        if (BigInteger.valueOf(inside - burst)
                .multiply(BigInteger.valueOf(emission))
                .compareTo(BigInteger.valueOf(now - taken.get(i)))
            > 0) {
          return false;
        }
      }
      return burst >= 1;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatConformsShouldBeWhatANaiveCountAllows(long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    for (int round = 0; round < 40; round++) {
      // Given
      long limit = 1L + random.nextInt(50);
      long burst = 1L + random.nextInt(12);
      Gcra gcra = Gcra.of(limit, Duration.ofSeconds(1), burst);
      Naive naive = new Naive(gcra.emissionNanos(), burst, new ArrayList<>());
      long now = START;
      long instant = 0;
      for (int step = 0; step < 300; step++) {
        // Now and then exactly when the next one conforms, or a nanosecond before.
        long next = gcra.eligibleNanos(instant, 1);
        now =
            switch (random.nextInt(4)) {
              case 0 -> Math.max(now, next);
              case 1 -> Math.max(now, next - 1);
              case 2 -> now;
              default -> now + random.nextLong(3 * gcra.emissionNanos());
            };

        // When
        boolean conforms = gcra.eligibleNanos(instant, 1) <= now;

        // Then
        assertThat(conforms)
            .as("seed %d round %d step %d of %s", seed, round, step, gcra)
            .isEqualTo(naive.conforms(now));
        assertThat(gcra.remaining(instant, now) > 0).isEqualTo(conforms);
        if (conforms) {
          instant = gcra.takenNanos(instant, now);
          naive.taken().add(now);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void whatRemainsShouldBeWhatCanBeTakenAtOnce(long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    Gcra gcra = Gcra.of(7, Duration.ofSeconds(3), 9);
    long now = START;
    long instant = 0;
    for (int step = 0; step < 500; step++) {
      // When
      now += random.nextLong(2 * gcra.emissionNanos());
      long remaining = gcra.remaining(instant, now);

      // Then
      long probe = instant;
      long taken = 0;
      while (gcra.eligibleNanos(probe, 1) <= now) {
        probe = gcra.takenNanos(probe, now);
        taken++;
      }
      assertThat(remaining).as("seed %d step %d", seed, step).isEqualTo(taken);
      if (remaining > 0) {
        assertThat(gcra.eligibleNanos(instant, remaining)).isLessThanOrEqualTo(now);
        if (remaining < 9) {
          assertThat(gcra.eligibleNanos(instant, remaining + 1)).isGreaterThan(now);
        }
        instant = gcra.takenNanos(instant, now);
      }
    }
  }

  @Test
  void ruleThatBecameStricterShouldHoldNobodyLongerThanABurst() {
    // Given: a hundred taken at once under a rule that allowed them
    Gcra before = Gcra.of(1, Duration.ofSeconds(1), 100);
    long instant = 0;
    for (int i = 0; i < 100; i++) {
      instant = before.takenNanos(instant, START);
    }

    // When
    Gcra after = Gcra.of(1, Duration.ofSeconds(1), 2);
    long brought = after.broughtBackNanos(instant, START);

    // Then
    assertThat(after.eligibleNanos(instant, 1) - START).isEqualTo(Duration.ofSeconds(99).toNanos());
    assertThat(after.eligibleNanos(brought, 1) - START).isEqualTo(Duration.ofSeconds(1).toNanos());
  }
}
