package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoDurationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PT0S | 0",
        "PT0.001S | 1",
        "PT0,5S | 500",
        "PT1H30M | 5400000",
        "P1D | 86400000",
        "P0DT1M | 60000"
      })
  void daysHoursMinutesAndSecondsShouldBeTaken(String text, long millis) {
    assertThat(IsoDuration.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "P", "PT", "P1DT", "1S", "PT1", "P1Y", "P1W", "P1M", "pt1s", "-PT1S", "+PT1S", "PT-1S",
        "PT+1S", "-PT-1S", "PT1.S", "PT.5S", "PT1.5H", "PT1S ", "PT1S\n", "PT٣S"
      })
  void anythingElseShouldBeRefused(String text) {
    assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> IsoDuration.parse(text));
  }
}
