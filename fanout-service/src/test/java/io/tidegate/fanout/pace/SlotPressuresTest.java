package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlotPressuresTest {
  private static final long START = 1_800_000_000_000L;

  private final SlotPressures slots = new SlotPressures();

  @Test
  void pressureShouldRiseAtOnceAndFallByATenthASecond() {
    // Given
    slots.heard(3, 0.2, START);
    slots.heard(3, 0.9, START + 2_000);

    // When
    slots.heard(3, 0, START + 4_000);

    // Then
    assertThat(slots.at(START + 4_000).get(3)).isEqualTo(0.7, within(1e-9));
    assertThat(slots.at(START + 6_500).get(3)).isEqualTo(0.45, within(1e-9));
    assertThat(slots.at(START + 12_000)).isEmpty();
  }

  @Test
  void pressureShouldStayWhileTheWorkerSaysSo() {
    for (int beat = 0; beat < 10; beat++) {
      slots.heard(3, 0.6, START + beat * 2_000L);
    }

    assertThat(slots.at(START + 20_000)).isEqualTo(Map.of(3, 0.6));
  }

  @Test
  void workerThatSaysNothingAnyMoreShouldHaveNone() {
    // Given
    slots.heard(3, 1, START);

    // Then
    assertThat(slots.at(START + SlotPressures.SILENT_MILLIS)).isEqualTo(Map.of(3, 1.0));
    assertThat(slots.at(START + SlotPressures.SILENT_MILLIS + 5_000).get(3))
        .isEqualTo(0.5, within(1e-9));
    assertThat(slots.at(START + SlotPressures.SILENT_MILLIS + 10_001)).isEmpty();
  }

  @Test
  void workerThatIsGoneShouldHaveNoneAtOnce() {
    // Given
    slots.heard(3, 1, START);
    slots.heard(4, 1, START);

    // When
    slots.gone(3);

    // Then
    assertThat(slots.at(START)).isEqualTo(Map.of(4, 1.0));
  }

  @Test
  void clockThatGoesBackShouldNotRaisePressure() {
    // Given
    slots.heard(3, 0.5, START);
    slots.heard(3, 0, START + 1_000);

    // Then
    assertThat(slots.at(START - 60_000).get(3)).isEqualTo(0.4, within(1e-9));
    assertThat(slots.at(START - 59_000).get(3)).isEqualTo(0.3, within(1e-9));
  }
}
