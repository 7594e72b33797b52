package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.report.Distribution;
import java.time.Instant;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinesTest {
  @Test
  void wordsAreReadAsTheyAreWritten() {
    for (Lines.Word word :
        new Lines.Word[] {
          new Lines.Note("cut 100%"),
          new Lines.Note(""),
          new Lines.Connected(),
          new Lines.Rules(Policy.parse("{\"limits\":[{\"limit\":2,\"window\":\"PT4S\"}]}")),
          new Lines.Begin(Instant.parse("2026-11-29T00:00:00.123456789Z")),
          new Lines.Accepted(12, 3_456_789_012L),
          new Lines.Second(new Seconds.Last(3, 1, 2, 3, 4, times(5), times(6))),
          new Lines.Offered(),
          new Lines.Failed("nobody there")
        }) {
      String line = Lines.write(word);
      assertThat(line).doesNotContain("\n");
      assertThat(Lines.read(line)).isEqualTo(word);
    }
  }

  @Test
  void textIsOneLine() {
    assertThat(Lines.write(new Lines.Failed("a\nb\r\nc"))).isEqualTo("failed a b c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "accepted",
        "accepted 1",
        "accepted x 2",
        "begin now",
        "rules none",
        "second {}",
        "found {}",
        "found {\"format\":1}"
      })
  void whatIsNoneIsRefused(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> Lines.read(line));
  }

  private static Distribution times(long micros) {
    Histogram times = new Histogram(3);
    times.recordValue(micros);
    return Distribution.of(times);
  }
}
