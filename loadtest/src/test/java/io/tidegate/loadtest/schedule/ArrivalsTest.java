package io.tidegate.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.ProfileReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void aSteadyRateIsEven() {
    Arrivals arrivals = new Arrivals(List.of(Phase.steady(Duration.ofSeconds(10), 1000)));

    assertThat(arrivals.messages()).isEqualTo(10_000);
    for (int n = 0; n < 10_000; n++) {
      assertThat(arrivals.dueNanos(n)).isBetween(n * 1_000_000L - 1, n * 1_000_000L + 1);
    }
  }

  @Test
  void aRampHasHalfOfItsMessagesWhereItsAreaIsHalf() {
    Arrivals arrivals = of("{for: 10s, rate: 0, until: 1000}");

    assertThat(arrivals.messages()).isEqualTo(5000);
    // 50 t^2 = 2500
    assertThat(arrivals.dueNanos(2500)).isBetween(7_071_060_000L, 7_071_070_000L);
    assertThat(arrivals.dueNanos(4999)).isLessThan(10 * SECOND);
  }

  @Test
  void aRampMayFall() {
    Arrivals arrivals = of("{for: 10s, rate: 1000, until: 0}");

    assertThat(arrivals.dueNanos(2500)).isBetween(2_928_930_000L, 2_928_940_000L);
    assertThat(arrivals.dueNanos(4999)).isBetween(9_800_000_000L, 10 * SECOND);
  }

  @Test
  void aBurstIsDueAtOnceAndTheNextPhaseFollows() {
    Arrivals arrivals = of("{for: 1s, rate: 10}, {burst: 500}, {for: 1s, rate: 10}");

    assertThat(arrivals.messages()).isEqualTo(520);
    assertThat(arrivals.dueNanos(9)).isEqualTo(900_000_000);
    assertThat(arrivals.dueNanos(10)).isEqualTo(SECOND);
    assertThat(arrivals.dueNanos(509)).isEqualTo(SECOND);
    assertThat(arrivals.dueNanos(510)).isEqualTo(SECOND);
    assertThat(arrivals.dueNanos(511)).isEqualTo(1_100_000_000);
  }

  @RepeatedTest(20)
  void dueTimesNeverFallAndCountsAreThoseOfTheRates(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    List<String> phases = new ArrayList<>();
    double area = 0;
    for (int i = 0; i <= random.nextInt(5); i++) {
      double from = random.nextInt(500);
      double until = 1 + random.nextInt(500);
      int seconds = 1 + random.nextInt(5);
      phases.add("{for: %ds, rate: %s, until: %s}".formatted(seconds, from, until));
      area += (from + until) / 2 * seconds;
    }
    Arrivals arrivals = of(String.join(", ", phases));

    assertThat((double) arrivals.messages()).isBetween(area - phases.size(), area + phases.size());
    long before = 0;
    for (long n = 0; n < arrivals.messages(); n++) {
      long due = arrivals.dueNanos(n);
      assertThat(due).as("message %d of %s", n, phases).isGreaterThanOrEqualTo(before);
      assertThat(arrivals.dueBefore(due)).isLessThanOrEqualTo(n);
      assertThat(arrivals.dueBefore(due + 1)).isGreaterThan(n);
      before = due;
    }
  }

  private static Arrivals of(String phases) {
    return new Arrivals(ProfileReader.read("test", "phases: [" + phases + "]").phases());
  }
}
