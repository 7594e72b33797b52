package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.Tail;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private final Backlog backlog = new Backlog(100);

  @Test
  void framesShouldLeaveInTheirOrder() {
    // Given
    Frame first = Frame.of(new byte[60]);
    Frame second = new Frame(new byte[10], new Tail(new byte[30]));
    backlog.add(first);
    backlog.add(second);

    // Then
    assertThat(backlog.bytes()).isEqualTo(100);
    assertThat(backlog.poll()).isSameAs(first);
    assertThat(backlog.poll()).isSameAs(second);
    assertThat(backlog.poll()).isNull();
    assertThat(backlog.bytes()).isZero();
  }

  @Test
  void moreThanTheLimitShouldFillItForGood() {
    // Given
    backlog.add(Frame.of(new byte[100]));
    boolean before = backlog.isFull();

    // When
    backlog.add(Frame.of(new byte[1]));
    backlog.poll();

    // Then
    assertThat(before).isFalse();
    assertThat(backlog.isFull()).isTrue();
    assertThat(backlog.bytes()).isEqualTo(1);
  }
}
