package io.tidegate.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final String CLEAR = "\u001b[K";

  private final StringWriter out = new StringWriter();

  /** Below zero, as the clock of a JVM may be. */
  private long now = -Duration.ofHours(1).toNanos();

  @Test
  void shortInputShouldShowNothing() {
    // Given
    Progress progress = progress(true, 1_000);

    // When
    pass(Duration.ofMillis(999));
    progress.at(900, 9);
    progress.end();

    // Then
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void longInputShouldShowHowFarItIsAndLeaveTheLineEmpty() {
    // Given
    Progress progress = progress(true, 1_000);

    // When
    pass(Duration.ofSeconds(2));
    progress.at(500, 4_000);
    progress.end();

    // Then
    assertThat(out.toString())
        .isEqualTo(
            "\r[###############---------------]  50%  4,000 messages, 2,000/s, 2 s left"
                + CLEAR
                + "\r"
                + CLEAR);
  }

  @Test
  void barShouldBeRedrawnTenTimesASecondAtMost() {
    // Given
    Progress progress = progress(true, 0);
    pass(Duration.ofSeconds(1));

    // When
    for (int i = 0; i < 100; i++) {
      progress.at(i, i);
      pass(Duration.ofMillis(10));
    }

    // Then
    assertThat(out.toString().split("\r", -1)).hasSize(1 + 10);
  }

  @Test
  void whereThereIsNoTerminalNothingShouldBeShown() {
    // Given
    Progress progress = progress(false, 1_000);

    // When
    pass(Duration.ofMinutes(1));
    progress.at(10, 1);
    progress.end();

    // Then
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void inputOfUnknownLengthShouldShowItsRateOnly() {
    assertThat(progress(true, 0).text(500, 1_500, 3)).isEqualTo("1,500 messages, 500/s");
  }

  @Test
  void moreThanAllShouldBeAllAndNothingShouldNotDivideByZero() {
    assertThat(progress(true, 100).text(120, 1, 1))
        .startsWith("[##############################] 100%")
        .endsWith("0 s left");
    assertThat(progress(true, 100).text(0, 0, 1))
        .startsWith("[------------------------------]   0%")
        .endsWith("0 s left");
  }

  private Progress progress(boolean visible, long totalBytes) {
    return new Progress(new PrintWriter(out), visible, totalBytes, () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
