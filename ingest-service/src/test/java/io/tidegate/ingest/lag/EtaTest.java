package io.tidegate.ingest.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EtaTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final OptionalLong UNKNOWN = OptionalLong.empty();

  private final Eta eta = new Eta(10 * SECOND);

  private void observe(long second, long end, long taken) {
    eta.observe(new Eta.Sample(second * SECOND, end, taken));
  }

  private OptionalLong expected(long second) {
    return eta.expectedMillis(second * SECOND);
  }

  @Test
  void nothingShouldBeKnownBeforeKafkaWasAsked() {
    assertThat(expected(0)).isEqualTo(UNKNOWN);
  }

  @Test
  void nothingThatWaitsShouldMeanNoDelay() {
    // When
    observe(0, 500, 500);

    // Then
    assertThat(expected(1)).hasValue(0);
  }

  @Test
  void lagShouldBeDividedByTheRate() {
    // When: 100 a second, and 1,000 wait
    observe(0, 1_000, 200);
    observe(3, 1_500, 500);

    // Then
    assertThat(expected(3)).hasValue(10_000);
  }

  @Test
  void oneLookShouldNotBeEnoughWhereMessagesWait() {
    // When
    observe(0, 1_000, 200);

    // Then
    assertThat(expected(0)).isEqualTo(UNKNOWN);
  }

  @Test
  void fanoutThatStandsStillShouldBeUnknown() {
    // When
    observe(0, 1_000, 200);
    observe(3, 2_000, 200);

    // Then
    assertThat(expected(3)).isEqualTo(UNKNOWN);
  }

  @Test
  void oldAnswersShouldSayNothing() {
    // When
    observe(0, 500, 500);

    // Then
    assertThat(expected(10)).hasValue(0);
    assertThat(expected(11)).isEqualTo(UNKNOWN);
  }

  @Test
  void rateShouldBeThatOfTheLastSevenSamples() {
    // Given: slow, then ten times as fast
    for (int i = 0; i < 10; i++) {
      observe(i, 100_000, 10L * i);
    }

    // When
    for (int i = 0; i < 7; i++) {
      observe(10 + i, 100_000, 1_000 + 100L * i);
    }

    // Then
    assertThat(expected(16)).hasValue((100_000 - 1_600) * 10);
  }

  @Test
  void groupThatWasSetBackShouldBeLookedAtAnew() {
    // Given
    observe(0, 1_000, 100);
    observe(1, 1_000, 900);

    // When
    observe(2, 1_000, 0);

    // Then
    assertThat(expected(2)).isEqualTo(UNKNOWN);
    observe(3, 1_000, 500);
    assertThat(expected(3)).hasValue(1_000);
  }

  @Test
  void guessOfMoreThanAWeekShouldBeNone() {
    // When: one a second
    observe(0, 700_000, 0);
    observe(1, 700_000, 1);

    // Then
    assertThat(expected(1)).isEqualTo(UNKNOWN);
  }
}
