package io.tidegate.loadtest.devices.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UntakenAcksTest {
  private final UntakenAcks acks = new UntakenAcks();

  @Test
  void messagesShouldCountOnceWhenTheirAckIsTaken() {
    acks.handed(3, 3);

    assertThat(acks.taken(3)).isEqualTo(3);
    assertThat(acks.taken(3)).isZero();
  }

  @Test
  void ackShouldCountThoseBeforeItThatWereNotTaken() {
    acks.handed(3, 3);
    acks.handed(5, 2);

    assertThat(acks.taken(5)).isEqualTo(5);
    assertThat(acks.taken(3)).isZero();
  }

  @Test
  void ackShouldNotCountThoseBehindIt() {
    acks.handed(3, 3);
    acks.handed(5, 2);

    assertThat(acks.taken(3)).isEqualTo(3);
    assertThat(acks.taken(5)).isEqualTo(2);
  }

  @Test
  void ackThatIsHandedAgainShouldBeForNothingMore() {
    acks.handed(3, 3);
    acks.handed(3, 0);

    assertThat(acks.taken(3)).isEqualTo(3);
  }

  @Test
  void whatWasNotTakenShouldBeForgottenWithItsSession() {
    acks.handed(3, 3);
    acks.over();
    acks.handed(4, 1);

    assertThat(acks.taken(4)).isEqualTo(1);
  }
}
