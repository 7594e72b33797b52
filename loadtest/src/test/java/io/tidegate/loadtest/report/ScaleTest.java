package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScaleTest {
  private static final double EXACT = 1e-9;

  @Test
  void linearShouldRoundUpToOneTwoOrFive() {
    assertEquals(List.of("0", "500", "1000", "1500"), labels(Scale.Linear.of(1_234, Unit.COUNT)));
    assertEquals(List.of("0", "0.5", "1"), labels(Scale.Linear.of(1, Unit.CORES)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.003, 1, 7, 999, 1_000, 1_001, 123_456_789})
  void linearShouldHoldItsMostWithFewTicks(double most) {
    Scale.Linear scale = Scale.Linear.of(most, Unit.NUMBER);

    assertTrue(scale.top() >= most, scale::toString);
    int ticks = scale.ticks().size();
    assertTrue(ticks >= 3 && ticks <= 6, scale::toString);
  }

  @Test
  void eachPowerOfTenShouldTakeAsMuchRoom() {
    Scale scale = Scale.Log.of(150, 2_000_000);

    assertEquals(0, scale.at(100), EXACT);
    assertEquals(0.2, scale.at(1_000), EXACT);
    assertEquals(1, scale.at(10_000_000), EXACT);
    assertEquals(List.of("100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"), labels(scale));
  }

  @Test
  void oneValueShouldStillMakeALogScale() {
    assertEquals(List.of("1 ms", "2 ms", "5 ms", "10 ms"), labels(Scale.Log.of(1_000, 1_000)));
    assertEquals(0, Scale.Log.of(0, 0).at(0), EXACT);
  }

  @Test
  void eachNineShouldTakeAsMuchRoom() {
    Scale scale = Scale.Percentile.of(1_000);

    assertEquals(0, scale.at(0), EXACT);
    assertEquals(1 / 3.0, scale.at(90), EXACT);
    assertEquals(2 / 3.0, scale.at(99), EXACT);
    assertEquals(1, scale.at(99.9), EXACT);
    assertEquals(1, scale.at(100), EXACT);
    assertEquals(List.of("0", "90", "99", "99.9"), labels(scale));
  }

  @Test
  void timeShouldBeInMinutesAndHours() {
    assertEquals(List.of("0:00", "0:01"), labels(new Scale.Time(0)));
    assertEquals(
        List.of("0:00", "0:15", "0:30", "0:45", "1:00", "1:15", "1:30"),
        labels(new Scale.Time(100)));
    assertEquals("1:00:05", Scale.Time.label(3_605));
    assertTrue(labels(new Scale.Time(Report.MAX_SECONDS)).size() <= 9);
  }

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }
}
