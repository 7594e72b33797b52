package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class SeriesTest {
  private static final List<Long> NONE = List.of();

  @Test
  void countsBelowZeroShouldBeRefused() {
    assertRefused(
        "offered: -1; want at least 0",
        () -> new Series(List.of(1L, -1L), NONE, NONE, NONE, NONE, NONE));
  }

  @Test
  void readingsShouldRiseInTime() {
    assertRefused(
        "seconds: 3 after 3; want them to rise", () -> new Gauge(List.of(3, 3), List.of(1.0, 2.0)));
  }

  @Test
  void readingsShouldBeAsManyAsTheirSecondsAndFinite() {
    assertRefused(
        "values: 1 of them; want as many as seconds, 2",
        () -> new Gauge(List.of(1, 2), List.of(1.0)));
    assertRefused(
        "values: NaN; want a finite number", () -> new Gauge(List.of(1), List.of(Double.NaN)));
  }

  private static void assertRefused(String message, Executable made) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, made).getMessage());
  }
}
