package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CurveTest {
  private static final double NONE = Double.NaN;

  @Test
  void countsShouldBeZeroAfterTheirEnd() {
    Curve curve = Curve.ofCounts("c", List.of(3L, 4L), 4);

    assertArrayEquals(new double[] {0.5, 1.5, 2.5, 3.5}, curve.xs());
    assertArrayEquals(new double[] {3, 4, 0, 0}, curve.ys());
  }

  @Test
  void secondsWithoutTimesShouldBreakTheLine() {
    List<Distribution> times = List.of(Sample.times(7), Distribution.EMPTY, Sample.times(9));

    Curve curve = Curve.ofTimes("p99", times, 4, Distribution::p99Us);

    assertArrayEquals(new double[] {7, NONE, 9, NONE}, curve.ys());
  }

  @Test
  void readingsFarApartShouldNotBeJoined() {
    Gauge gauge = new Gauge(List.of(0, 5, 30), List.of(2.0, 4.0, 6.0));

    Curve curve = Curve.ofGauge("cpu", gauge, 2);

    assertArrayEquals(new double[] {1, 2, NONE, 3}, curve.ys());
  }

  @Test
  void thinningShouldKeepEachPeakAndDipInItsOrder() {
    Curve curve =
        new Curve(
            "c",
            new double[] {0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5},
            new double[] {5, 9, 1, 4, NONE, NONE, NONE, NONE, 2});

    Curve thin = curve.thinned(4);

    assertArrayEquals(new double[] {1.5, 2.5, 7.5, 8.5}, thin.xs());
    assertArrayEquals(new double[] {9, 1, NONE, 2}, thin.ys());
  }

  @Test
  void theMostOfAStretchShouldLeaveOutItsEnd() {
    Curve curve = new Curve("c", new double[] {0.5, 1.5, 2.5}, new double[] {1, NONE, 7});

    assertEquals(1, curve.max(0, 2));
    assertEquals(NONE, curve.max(1, 2));
    assertEquals(7, curve.max(1, 3));
    assertEquals(7, curve.max(2, 9));
  }
}
