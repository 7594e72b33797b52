package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tolerated are 100 bytes; beyond that 20 have to leave in 10 ns. */
final class ProgressTest {
  private final Progress progress = new Progress(new Progress.Bounds(100, 20, 10), 5, 0);

  @Test
  void toleratedBytesShouldWaitForEver() {
    // When
    progress.look(100, 5, 1_000_000);

    // Then
    assertThat(progress.isTooSlow()).isFalse();
    assertThat(progress.isMade()).isFalse();
  }

  @Test
  void moreThanToleratedShouldBeSlowAfterTheTime() {
    // When
    progress.look(101, 5, 9);
    boolean before = progress.isTooSlow();
    progress.look(101, 5, 10);

    // Then
    assertThat(before).isFalse();
    assertThat(progress.isTooSlow()).isTrue();
  }

  @Test
  void clientThatTakesEnoughShouldNeverBeSlow() {
    // When
    boolean slow = false;
    for (int now = 0; now < 1_000; now++) {
      progress.look(1_000_000, 5 + 2L * now, now);
      slow |= progress.isTooSlow() || !progress.isMade();
    }

    // Then
    assertThat(slow).isFalse();
  }

  @Test
  void clientThatTakesNextToNothingShouldBeSlow() {
    // When
    for (int now = 0; now <= 10; now++) {
      progress.look(101, 5 + now, now);
    }

    // Then
    assertThat(progress.isTooSlow()).isTrue();
    assertThat(progress.isMade()).isFalse();
  }

  @Test
  void clientThatGoesOnReadingShouldBeSlowNoMore() {
    // Given
    progress.look(101, 5, 20);

    // When
    progress.look(101, 25, 21);

    // Then
    assertThat(progress.isTooSlow()).isFalse();
    assertThat(progress.isMade()).isTrue();
  }
}
