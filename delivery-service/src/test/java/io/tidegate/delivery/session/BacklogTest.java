package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BacklogTest {
  private final Backlog backlog = new Backlog(new Backlog.Bounds(100, 300, 10));

  @Test
  void framesShouldLeaveInTheirOrder() {
    // Given
    byte[] first = new byte[60];
    byte[] second = new byte[40];
    backlog.add(first, 0);
    backlog.add(second, 0);

    // Then
    assertThat(backlog.bytes()).isEqualTo(100);
    assertThat(backlog.poll()).isSameAs(first);
    assertThat(backlog.poll()).isSameAs(second);
    assertThat(backlog.poll()).isNull();
    assertThat(backlog.bytes()).isZero();
  }

  @Test
  void toleratedBytesShouldWaitForEver() {
    // Given
    backlog.add(new byte[100], 0);

    // Then
    assertThat(backlog.isTooSlow(1_000_000)).isFalse();
  }

  @Test
  void moreThanToleratedShouldBeSlowAfterTheTime() {
    // Given
    backlog.add(new byte[100], 0);
    backlog.add(new byte[1], 5);

    // Then
    assertThat(backlog.isTooSlow(14)).isFalse();
    assertThat(backlog.isTooSlow(15)).isTrue();
  }

  @Test
  void timeShouldStartAnewAfterCatchingUp() {
    // Given
    backlog.add(new byte[101], 0);
    backlog.poll();
    backlog.add(new byte[101], 9);

    // Then
    assertThat(backlog.isTooSlow(18)).isFalse();
    assertThat(backlog.isTooSlow(19)).isTrue();
  }

  @Test
  void moreThanTheLimitShouldBeSlowAtOnce() {
    // Given
    backlog.add(new byte[300], 0);
    assertThat(backlog.isTooSlow(0)).isFalse();

    // When
    backlog.add(new byte[1], 0);

    // Then
    assertThat(backlog.isTooSlow(0)).isTrue();
  }
}
