package io.tidegate.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RatesTest {
  private static List<Long> each(int seconds, long count, Long... more) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(seconds, count));
    counts.addAll(Arrays.asList(more));
    return counts;
  }

  private static Rates of(
      List<Long> offered, List<Long> accepted, List<Long> shown, long refused, int seconds) {
    Sample sample = new Sample();
    sample.seconds = seconds;
    long due = offered.stream().mapToLong(Long::longValue).sum();
    long taken = accepted.stream().mapToLong(Long::longValue).sum();
    long told = shown.stream().mapToLong(Long::longValue).sum();
    sample.totals = new Totals(1, 1, due, taken, refused, 70, taken, told, told, 0, 0, 0);
    sample.series = new Series(offered, accepted, List.of(), shown, shown, List.of());
    return new Rates(sample.report());
  }

  @Test
  void whatIsOfferedEvenlyShouldHaveItsRateHoweverLongTheRunWaitsAfterwards() {
    Rates rates = of(each(35, 1_000, 0L, 0L), each(35, 1_000, 2L), each(35, 1_000, 7L, 0L), 35, 37);

    assertThat(Unit.RATE.text(rates.offered())).isEqualTo("1,000/s");
    assertThat(Unit.RATE.text(rates.accepted())).isEqualTo("1,000/s");
    assertThat(Unit.RATE.text(rates.shown())).isEqualTo("1,000/s");
    assertThat(Unit.RATE.text(rates.acked())).isEqualTo("1,000/s");
    assertThat(rates.refused()).isEqualTo(1);
    assertThat(rates.unanswered()).isEqualTo(2);
  }

  @Test
  void whatIsAcceptedAndShownLongAfterABurstShouldNotHaveItsRate() {
    Rates rates = of(each(1, 1_000_000), each(10, 100_000), each(100, 10_000), 0, 110);

    assertThat(rates.offered()).isEqualTo(1_000_000);
    assertThat(rates.accepted()).isEqualTo(100_000);
    assertThat(rates.shown()).isEqualTo(10_000);
  }

  @Test
  void aPauseBeforeTheLoadShouldNotCountAndOneWithinItShould() {
    List<Long> offered = List.of(0L, 0L, 30L, 0L, 30L, 0L);
    Rates rates = of(offered, offered, offered, 0, 6);

    assertThat(rates.offered()).isEqualTo(20);
    assertThat(rates.accepted()).isEqualTo(20);
    assertThat(rates.shown()).isEqualTo(12);
  }

  @Test
  void aLastSecondShouldCountAsFarAsItWasFull() {
    Rates rates = of(each(2, 100), each(2, 100), each(2, 100, 50L), 0, 9);

    assertThat(rates.shown()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aRunInWhichNothingWasOfferedShouldHaveNoRates() {
    Rates rates = of(List.of(), List.of(), List.of(0L, 0L), 0, 2);

    assertThat(rates.offered()).isNaN();
    assertThat(rates.accepted()).isNaN();
    assertThat(rates.shown()).isNaN();
  }
}
