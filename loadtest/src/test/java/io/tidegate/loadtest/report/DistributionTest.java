package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionTest {
  @Test
  void sumShouldEqualOneHistogramOfAllValues() {
    // Given
    long seed = System.identityHashCode(new Object());
    Random random = new Random(seed);
    Histogram all = new Histogram(3);
    List<Distribution> parts = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      Histogram some = new Histogram(1, 3_600_000_000L, 3);
      for (int i = 0; i < 1_000; i++) {
        long micros = (long) Math.exp(18 * random.nextDouble());
        some.recordValue(micros);
        all.recordValue(micros);
      }
      parts.add(Distribution.of(some));
    }

    // When
    Distribution sum = Distribution.sum(parts);

    // Then
    assertEquals(all, sum.times(), "seed " + seed);
    assertEquals(Distribution.of(all).p99Us(), sum.p99Us(), "seed " + seed);
  }

  @Test
  void percentilesShouldBeThoseOfTheHistogram() {
    Histogram times = new Histogram(3);
    for (int micros = 1; micros <= 1_000; micros++) {
      times.recordValue(micros);
    }

    Distribution told = Distribution.of(times);

    assertEquals(
        List.of(1_000L, 500L, 900L, 990L, 999L, 1_000L),
        List.of(
            told.count(), told.p50Us(), told.p90Us(), told.p99Us(), told.p999Us(), told.maxUs()));
  }

  @Test
  void sumShouldTakeDistributionsOfOtherPrecisionAndRange() {
    Histogram coarse = new Histogram(2);
    coarse.recordValue(5_000_000_000L);

    Distribution sum = Distribution.sum(List.of(Sample.times(7), Distribution.of(coarse)));

    assertEquals(2, sum.count());
    assertEquals(7, sum.p50Us());
    assertEquals(coarse.getMaxValue() / 1e9, sum.maxUs() / 1e9, 0.05);
  }

  @Test
  void noTimesShouldBeEmpty() {
    assertEquals(Distribution.EMPTY, Distribution.of(new Histogram(3)));
    assertEquals(Distribution.EMPTY, Distribution.sum(List.of()));
    assertEquals(Distribution.EMPTY, Distribution.sum(List.of(Distribution.EMPTY)));
    assertEquals(0, Distribution.EMPTY.times().getTotalCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "AAAA", "HISTFAAAAAB42g=="})
  void whatIsNoHistogramShouldBeRefused(String text) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Distribution(1, 1, 1, 1, 1, 1, text));

    assertTrue(String.valueOf(e.getMessage()).startsWith("histogram: "), e::getMessage);
  }

  @Test
  void aCountThatIsNotTheHistogramsShouldBeRefused() {
    String three = Sample.times(1, 2, 3).histogram();

    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Distribution(4, 1, 1, 1, 1, 1, three));

    assertEquals("count: 4; the histogram holds 3", e.getMessage());
  }
}
