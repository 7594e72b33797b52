package io.tidegate.contract.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTest {
  @ParameterizedTest
  @CsvSource({
    "100/1s, 100, 1, 100, 100/1s",
    "100/PT1S, 100, 1, 100, 100/1s",
    "1/1d/30, 1, 86400, 30, 1/1d/30",
    "60/1m/60, 60, 60, 60, 60/1m",
    "1000000/1s/1000000, 1000000, 1, 1000000, 1000000/1s",
  })
  void textShouldBeReadAndWritten(String text, long limit, long seconds, long burst, String out) {
    // When
    Rate rate = Rate.parse(text);

    // Then
    assertThat(rate).isEqualTo(new Rate(limit, Duration.ofSeconds(seconds), burst));
    assertThat(rate).hasToString(out);
    assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
  }

  @Test
  void noLimitShouldBeWrittenToo() {
    assertThat(Rate.parse("none")).isEqualTo(Rate.NONE).hasToString("none");
    assertThat(Rate.NONE.isNone()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          100          | want LIMIT/WINDOW or LIMIT/WINDOW/BURST, such as 100/1s/200, or none
          a/1s         | want LIMIT/WINDOW or
          -1/1s        | want LIMIT/WINDOW or
          1/1x         | want LIMIT/WINDOW or
          1/PX         | want LIMIT/WINDOW or
          1/1s/2/3     | want LIMIT/WINDOW or
          1/1s/        | want LIMIT/WINDOW or
          0/1s         | limit: want 1 to 1000000, got 0
          2000000/1s   | limit: want 1 to 1000000, got 2000000
          1/500ms      | window: want 1s to 1d, got 500ms
          1/1500ms     | window: want whole seconds, got 1500ms
          1/2d         | window: want 1s to 1d, got 2d
          1/1s/0       | burst: want 1 to 1000000, got 0
          1/1d/367     | burst: want no more than come in 366d, got 367
          """)
  void whatIsNoRateShouldBeRefused(String text, String says) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rate.parse(text))
        .withMessageStartingWith(says);
  }
}
