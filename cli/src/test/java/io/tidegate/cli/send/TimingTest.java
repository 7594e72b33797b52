package io.tidegate.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimingTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "3600,3600",
    "0.5,0.5",
    "5s,5",
    "2m,120",
    "6h,21600",
    "7d,604800",
    "500ms,0.500",
    "PT1H30M,5400",
    "PT0.0001S,0.001"
  })
  void ttlShouldBeSeconds(String text, String seconds) {
    assertThat(Timing.ttl(text).toPlainString()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "soon", "1w", "31d", "2592001", "PT-1S", "P1Y", "1e3"})
  void anythingElseShouldBeToldWhatIsWanted(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timing.ttl(text))
        .withMessageStartingWith("--ttl: want seconds, 90s")
        .withMessageEndingWith("got \"" + text + "\"");
  }

  @Test
  void deliverAtShouldBeATime() {
    assertThat(Timing.deliverAt("2026-11-27T06:30:00+01:00"))
        .isEqualTo("2026-11-27T06:30:00+01:00");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timing.deliverAt("2026-02-30T06:30:00Z"))
        .withMessageContaining("--deliver-at: there is no such time");
    assertThatIllegalArgumentException().isThrownBy(() -> Timing.deliverAt("2026-11-27"));
  }
}
