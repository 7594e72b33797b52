package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          COUNT   | 1234567   | 1,234,567
          RATE    | 999.6     | 1,000/s
          RATE    | 12.345    | 12.3/s
          RATE    | 0.1       | 0.1/s
          RATE    | 0.99999   | 1/s
          RATE    | 0.0012345 | 0.00123/s
          RATE    | 0         | 0/s
          MICROS  | 0         | 0 µs
          MICROS  | 999       | 999 µs
          MICROS  | 1000      | 1 ms
          MICROS  | 1234      | 1.23 ms
          MICROS  | 12345     | 12.3 ms
          MICROS  | 999499    | 999 ms
          MICROS  | 999500    | 1.000 s
          MICROS  | 75000000  | 75 s
          BYTES   | 1048576   | 1 MiB
          BYTES   | 6442450944| 6 GiB
          CORES   | 0.0315    | 0.03
          RATIO   | 2         | 2.00
          RATIO   | 0.004     | 0.0040
          RATIO   | 1234.5    | 1,235
          SECONDS | 9.996     | 10.0 s
          NUMBER  | 1e6       | 1,000,000
          """)
  void figuresShouldHaveThreeDigitsThatCount(Unit unit, double value, String text) {
    assertEquals(text, unit.text(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          COUNT   | 0         | 0
          COUNT   | 2500      | 2500
          COUNT   | 20000     | 20 k
          COUNT   | 2500000   | 2.5 M
          MICROS  | 100000    | 100 ms
          MICROS  | 1e6       | 1 s
          CORES   | 0.5       | 0.5
          SECONDS | 0.02      | 0.02 s
          """)
  void ticksShouldBeShort(Unit unit, double value, String text) {
    assertEquals(text, unit.tick(value));
  }

  @ParameterizedTest
  @CsvSource({
    "resident_bytes, BYTES",
    "gc_seconds, SECONDS",
    "cpu_cores, CORES",
    "lag_records, NUMBER"
  })
  void aGaugeShouldTellItsUnitByItsName(String name, Unit unit) {
    assertEquals(unit, Unit.ofGauge(name));
  }
}
