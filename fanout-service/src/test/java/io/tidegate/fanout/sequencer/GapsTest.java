package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.fanout.sequencer.Gaps.Gap;
import org.junit.jupiter.api.Test;

final class GapsTest {
  private final Gaps gaps = new Gaps();

  @Test
  void ackShouldForgetWhatLiesBeforeIt() {
    // Given
    gaps.add(2, 4);
    gaps.add(6, 6);
    gaps.add(9, 12);

    // When
    gaps.acked(10);

    // Then
    assertThat(gaps.all()).containsExactly(new Gap(11, 12));
    assertThat(gaps.seqs()).isEqualTo(2);
  }

  @Test
  void nothingBetweenTwoSeqsShouldBeNoGap() {
    gaps.add(5, 4);

    assertThat(gaps.all()).isEmpty();
  }

  @Test
  void gapsBeyondTheBoundShouldCountAsSent() {
    // Given
    for (int i = 0; i < Gaps.MOST + 1; i++) {
      gaps.add(10 * i + 1, 10 * i + 3);
    }

    // Then
    assertThat(gaps.all()).hasSize(Gaps.MOST);
    assertThat(gaps.seqs()).isEqualTo(3L * Gaps.MOST);
  }
}
