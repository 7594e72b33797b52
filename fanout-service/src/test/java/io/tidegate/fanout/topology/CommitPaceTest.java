package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPaceTest {
  private static final Duration INTERVAL = Duration.ofMillis(15);
  private static final Duration HALF = Duration.ofMillis(8);
  private static final long MILLI = 1_000_000;

  private final CommitPace pace = new CommitPace();
  private long now = -5_000_000_000L;
  private long worked = 7;

  /** After so much time, of which the thread has worked for a share. */
  private Duration after(long millis, double share) {
    now += millis * MILLI;
    worked += Math.round(millis * MILLI * share);
    return pace.next(INTERVAL, now, worked);
  }

  @Test
  void theFirstCommitShouldComeAfterHalfOfTheInterval() {
    assertThat(after(0, 0)).isEqualTo(HALF);
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "0.1, 13", "0.5, 34", "1, 60"})
  void theIntervalShouldGrowWithTheShareOfTimeThatHasWork(double share, long millis) {
    // Given
    after(0, 0);

    // When
    Duration next = INTERVAL;
    for (int i = 0; i < 300; i++) {
      next = after(next.toMillis(), share);
    }

    // Then
    assertThat(next).isBetween(Duration.ofMillis(millis - 1), Duration.ofMillis(millis));
  }

  @Test
  void oneBusyMomentShouldNotChangeMuchAndALongRestShouldEndIt() {
    // Given
    after(0, 0);

    // When
    Duration moment = after(20, 1);
    Duration second = after(2_000, 1);
    Duration rested = after(60_000, 0);

    // Then
    assertThat(moment).isLessThan(Duration.ofMillis(11));
    assertThat(second).isGreaterThan(Duration.ofMillis(46));
    assertThat(rested).isEqualTo(HALF);
  }

  /** What a turn takes is known at its end, so some of it may be of the time before. */
  @Test
  void moreWorkThanTimeShouldBeAllOfIt() {
    // Given
    after(0, 0);

    // When
    Duration next = after(100_000, 3);

    // Then
    assertThat(next).isEqualTo(Duration.ofMillis(60));
  }
}
