package io.tidegate.delivery.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaceTest {
  @ParameterizedTest
  @CsvSource({
    // asked, most, granted
    "0, 0, 0",
    "5000, 0, 5000",
    "0, 10000, 10000",
    "5000, 10000, 5000",
    "20000, 10000, 10000",
  })
  void capShouldBeTheSmallerOfWhatIsAskedForAndWhatIsGiven(int asked, int most, int granted) {
    assertThat(new Pace(0, 0, asked).within(60_000, most).bytesPerSecond()).isEqualTo(granted);
  }

  @Test
  void delayShouldBeNoMoreThanTheWorkerHoldsAnything() {
    assertThat(new Pace(2, 5_000, 0).within(1_000, 0)).isEqualTo(new Pace(2, 1_000, 0));
    assertThat(new Pace(2, 500, 0).within(1_000, 0)).isEqualTo(new Pace(2, 500, 0));
  }

  @Test
  void intervalShouldBeRoundedUp() {
    assertThat(new Pace(3, 0, 0).intervalNanos()).isEqualTo(333_333_334);
    assertThat(new Pace(0.01, 0, 0).intervalNanos()).isEqualTo(100_000_000_000L);
  }
}
