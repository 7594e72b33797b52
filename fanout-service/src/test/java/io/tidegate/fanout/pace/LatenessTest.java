package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LatenessTest {
  private static final long START = 1_800_000_000_000L;
  private static final long HOUR = 3_600_000;

  private final Lateness lateness = new Lateness();
  private long now = START;

  @Test
  void taskThatKeepsUpShouldHaveNoPressure() {
    work(10_000, 300);

    assertThat(lateness.at(now)).isZero();
  }

  @Test
  void taskThatFallsBehindShouldHaveThePressureOfItsLateness() {
    // Given
    work(30_000, 5_500);

    // Then
    assertThat(lateness.at(now)).isEqualTo(0.5, within(0.01));
  }

  @Test
  void pressureShouldFallSlowlyOnceTheTaskHasCaughtUp() {
    // Given
    work(60_000, 20_000);
    double behind = lateness.at(now);

    // When
    work(4_000, 0);
    double soon = lateness.at(now);
    work(10_000, 0);

    // Then
    assertThat(behind).isEqualTo(1, within(0.001));
    assertThat(soon).isBetween(0.55, 0.65);
    assertThat(lateness.at(now)).isZero();
  }

  @Test
  void messagesWithOldTimestampsShouldNotCountWhileTheTaskHasTimeBetween() {
    // Given an importer that writes a message a second, each an hour old.
    for (int i = 0; i < 60; i++) {
      now += Lateness.IDLE_MILLIS + 500;
      lateness.handled(now, now - HOUR);
      lateness.handled(now, now - HOUR);
    }

    // Then
    assertThat(lateness.at(now)).isZero();
  }

  @Test
  void backlogOfAnOutageShouldCountFromWhenItsWorkBegan() {
    // Given
    work(1_500, HOUR);
    double soon = lateness.at(now);
    work(30_000, HOUR);

    // Then
    assertThat(soon).isLessThan(0.05);
    assertThat(lateness.at(now)).isEqualTo(1, within(0.001));
  }

  @Test
  void oneLateMessageAmongManyShouldHardlyCount() {
    // Given
    work(20_000, 100);

    // When
    now += 1;
    lateness.handled(now, now - HOUR);

    // Then
    assertThat(lateness.at(now)).isZero();
  }

  @Test
  void taskWithNothingToDoShouldHaveNone() {
    // Given
    work(60_000, 20_000);

    // When
    now += 20_000;
    lateness.at(now);
    now += 10_000;

    // Then
    assertThat(lateness.isSilent(now)).isTrue();
    assertThat(lateness.at(now)).isZero();
  }

  /** Handles something every 5 ms for so long, each so late. */
  private void work(long millis, long late) {
    for (long end = now + millis; now < end; now += 5) {
      lateness.handled(now, now - late);
    }
  }
}
