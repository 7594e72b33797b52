package io.tidegate.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  /** Always the largest value that is possible. */
  private final RandomGenerator largest =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return -1;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }

        @Override
        public long nextLong(long origin, long bound) {
          return bound - 1;
        }
      };

  @Test
  void boundShouldDoubleUpToThirtySecondsAndStartAgainAfterAConnection() {
    // Given
    Backoff backoff = new Backoff(largest);

    // When
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waits.add(backoff.next().toMillis());
    }
    backoff.reset();

    // Then
    assertThat(waits).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L);
    assertThat(backoff.next()).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.within(500, 700)).isEqualTo(Duration.ofMillis(700));
  }
}
