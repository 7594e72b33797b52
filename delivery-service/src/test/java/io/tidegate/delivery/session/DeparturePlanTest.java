package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeparturePlanTest {
  @ParameterizedTest
  @CsvSource({
    // sessions, time for closes, pace, closing, retry at most
    "0, 2500, 500, 0, 1250",
    "1, 2500, 500, 2, 1250",
    "1250, 2500, 500, 2500, 1250",
    // Not enough time: the clients' own wait makes up for it.
    "1251, 2500, 500, 2500, 2752",
    "16000, 2500, 1000, 2500, 16250",
    "16000, 60000, 500, 32000, 1250",
    "300, 100, 500, 100, 1250",
    // Nobody waits for longer than 30 s.
    "100000, 2500, 500, 2500, 30000",
    "10, 0, 500, 0, 1250",
  })
  void shouldCloseAtThePaceAndHaveClientsWaitOnlyForWhatIsMissing(
      int sessions, long timeMillis, int perSecond, long closingMillis, long mostMillis) {
    // When
    DeparturePlan plan = DeparturePlan.of(sessions, Duration.ofMillis(timeMillis), perSecond);

    // Then
    assertThat(plan.closing().toMillis()).isEqualTo(closingMillis);
    assertThat(plan.retryLeast()).isEqualTo(Duration.ofMillis(250));
    assertThat(plan.retryMost().toMillis()).isEqualTo(mostMillis);
  }

  @ParameterizedTest
  @CsvSource({"2000, 2500, 500", "15000, 2500, 1000", "8000, 10000, 500", "4000, 2000, 200"})
  void shouldNeverBringMoreASecondThanThePace(int sessions, int timeMillis, int perSecond) {
    // Given
    Random random = new Random(sessions);
    DeparturePlan plan = DeparturePlan.of(sessions, Duration.ofMillis(timeMillis), perSecond);
    int[] begun = new int[120];

    // When
    for (int i = 0; i < sessions; i++) {
      double closed = plan.closing().toNanos() * (i / (double) sessions);
      double away =
          plan.retryLeast().toNanos()
              + random.nextDouble() * plan.retryMost().minus(plan.retryLeast()).toNanos();
      begun[(int) ((closed + away) / 1_000_000_000)]++;
    }

    // Then: up to what chance does within one second
    int chance = (int) (4 * Math.sqrt(perSecond));
    for (int inOneSecond : begun) {
      assertThat(inOneSecond).isLessThanOrEqualTo(perSecond + chance);
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 40", "1, 20", "7, 3", "4000, 160", "3, 1", "0, 5"})
  void eachRoundShouldHaveItsShare(int sessions, int rounds) {
    int before = 0;
    for (int round = 1; round <= rounds; round++) {
      int closed = DeparturePlan.closedBy(round, rounds, sessions);
      assertThat(closed - before).isBetween(sessions / rounds, Math.ceilDiv(sessions, rounds));
      assertThat(closed).isBetween(sessions * round / rounds, sessions * round / rounds + 1);
      before = closed;
    }
    assertThat(before).isEqualTo(sessions);
  }

  @Test
  void whereThereIsTimeNobodyShouldBeAwayForMoreThanAMoment() {
    assertThat(DeparturePlan.of(16_000, Duration.ofMinutes(1), 500).retryMost())
        .isLessThan(Duration.ofSeconds(2));
  }
}
