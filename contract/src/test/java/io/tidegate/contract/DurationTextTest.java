package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {
  @Test
  void eachUnitShouldBeRead() {
    assertThat(DurationText.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(DurationText.parse("10s")).isEqualTo(Duration.ofSeconds(10));
    assertThat(DurationText.parse("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(DurationText.parse("6h")).isEqualTo(Duration.ofHours(6));
    assertThat(DurationText.parse("7d")).isEqualTo(Duration.ofDays(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1ms", "1001ms", "59s", "61s", "59m", "61m", "23h", "25h", "366d"})
  void shortestFormShouldBeWritten(String text) {
    assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(text);
  }

  @Test
  void largestUnitWithoutRestShouldBeWritten() {
    assertThat(DurationText.format(DurationText.parse("3600000ms"))).isEqualTo("1h");
    assertThat(DurationText.format(DurationText.parse("48h"))).isEqualTo("2d");
    assertThat(DurationText.format(Duration.ofMillis(-1500))).isEqualTo("-1500ms");
  }

  @Test
  void whatMillisecondsCannotSayShouldBeWrittenInIso8601() {
    assertThat(DurationText.format(Duration.ofNanos(1))).isEqualTo("PT0.000000001S");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "10 s", "-1s", "1w", "PT10S", "٣s", "1.5s", "1234567890123s"})
  void anythingElseShouldBeRefusedWithWhatIsWanted(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("want a duration such as 500ms, 10s, 2m, 6h or 7d");
  }
}
