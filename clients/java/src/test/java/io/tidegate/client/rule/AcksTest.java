package io.tidegate.client.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AcksTest {
  @Test
  void ackShouldBeDueAfter16MessagesOr200MillisAfterTheFirst() {
    Acks acks = new Acks(10, 256);
    assertThat(acks.due(10, 0)).isEqualTo(Acks.NOTHING);
    assertThat(acks.due(Feed.NO_ACK, 0)).isEqualTo(Acks.NOTHING);
    assertThat(acks.due(11, 1000)).isEqualTo(200);
    assertThat(acks.due(12, 1150)).isEqualTo(50);
    assertThat(acks.due(12, 1200)).isZero();

    acks.sent(12, 1200);

    assertThat(acks.due(12, 1300)).isEqualTo(Acks.NOTHING);
    assertThat(acks.due(28, 1300)).isZero();
  }

  @Test
  void smallWindowShouldBeAckedSooner() {
    assertThat(new Acks(0, 1).due(1, 0)).isZero();
    assertThat(new Acks(0, 4).due(1, 0)).isEqualTo(200);
    assertThat(new Acks(0, 4).due(2, 0)).isZero();
  }

  @Test
  void acksShouldKeep10MillisApart() {
    Acks acks = new Acks(0, 4096);
    assertThat(acks.due(1000, 5)).isZero();

    acks.sent(1000, 5);

    assertThat(acks.due(2000, 6)).isEqualTo(9);
    assertThat(acks.due(2000, 15)).isZero();
  }
}
