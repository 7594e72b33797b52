package io.tidegate.loadtest.devices.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CursorTest {
  private static final long EPOCH = 0xC0FFEEL;

  private final Cursor cursor = new Cursor();

  @Test
  void newDeviceShouldHaveNoneUntilItsWelcome() {
    assertThat(cursor.isKnown()).isFalse();
    assertThat(cursor.stands()).isFalse();

    cursor.welcome(EPOCH, 41);

    assertThat(cursor.isKnown()).isTrue();
    assertThat(cursor.epoch()).isEqualTo("0000000000c0ffee");
    assertThat(cursor.last()).isEqualTo(41);
    assertThat(cursor.isAckDue()).isFalse();
  }

  @Test
  void messagesShouldBeNewOnceAndBeAckedUpToTheLast() {
    cursor.welcome(EPOCH, 10);

    assertThat(cursor.isGap(10)).isFalse();
    assertThat(cursor.take(11)).isTrue();
    assertThat(cursor.take(11)).isFalse();
    assertThat(cursor.take(14)).isTrue();
    assertThat(cursor.take(12)).isFalse();
    assertThat(cursor.isAckDue()).isTrue();
    assertThat(cursor.ackable()).isEqualTo(14);

    cursor.acked(14);
    assertThat(cursor.isAckDue()).isFalse();
  }

  @Test
  void pushBehindSomethingThatIsMissingShouldBeAGap() {
    cursor.welcome(EPOCH, 10);
    cursor.take(12);

    assertThat(cursor.isGap(12)).isFalse();
    assertThat(cursor.isGap(11)).isFalse();
    assertThat(cursor.isGap(13)).isTrue();
  }

  @Test
  void nothingShouldBeAckedThatWasNotSentInThisSession() {
    cursor.welcome(EPOCH, 10);
    cursor.take(20);
    cursor.over();
    assertThat(cursor.isAckDue()).isFalse();

    cursor.welcome(EPOCH, 15);

    assertThat(cursor.last()).isEqualTo(20);
    assertThat(cursor.isAckDue()).isFalse();
    assertThat(cursor.take(17)).isFalse();
    assertThat(cursor.isAckDue()).isTrue();
    assertThat(cursor.ackable()).isEqualTo(17);
    assertThat(cursor.take(21)).isTrue();
    assertThat(cursor.ackable()).isEqualTo(21);
  }

  @Test
  void welcomeAheadOfTheCursorShouldMoveIt() {
    cursor.welcome(EPOCH, 10);

    cursor.welcome(EPOCH, 30);

    assertThat(cursor.last()).isEqualTo(30);
    assertThat(cursor.isAckDue()).isFalse();
  }

  @Test
  void anotherEpochShouldBeginAnew() {
    cursor.welcome(EPOCH, 10);
    cursor.take(20);

    cursor.welcome(EPOCH + 1, 3);

    assertThat(cursor.last()).isEqualTo(3);
    assertThat(cursor.take(4)).isTrue();
    assertThat(cursor.ackable()).isEqualTo(4);
  }

  @Test
  void resetShouldBeAckedAsAMessageIsAndNeverGoBack() {
    cursor.welcome(EPOCH, 10);
    cursor.take(12);
    cursor.acked(12);

    cursor.reset(EPOCH, 60);
    assertThat(cursor.last()).isEqualTo(60);
    assertThat(cursor.isAckDue()).isTrue();
    assertThat(cursor.ackable()).isEqualTo(60);
    cursor.acked(60);

    cursor.reset(EPOCH, 50);
    assertThat(cursor.last()).isEqualTo(60);
    assertThat(cursor.isAckDue()).isFalse();
    assertThat(cursor.isGap(60)).isFalse();
    assertThat(cursor.take(55)).isFalse();
  }

  @Test
  void resetToAnotherEpochShouldBeginAnewAndBeAcked() {
    cursor.welcome(EPOCH, 10);
    cursor.take(12);
    cursor.acked(12);

    cursor.reset(EPOCH + 1, 5);

    assertThat(cursor.last()).isEqualTo(5);
    assertThat(cursor.isAckDue()).isTrue();
    assertThat(cursor.ackable()).isEqualTo(5);
  }

  @Test
  void ackThatWasLostShouldBeDueAgainUnlessALaterOneLeft() {
    cursor.welcome(EPOCH, 10);
    cursor.take(11);
    cursor.acked(11);
    cursor.ackAgain(11);
    assertThat(cursor.isAckDue()).isTrue();

    cursor.take(12);
    cursor.acked(12);
    cursor.ackAgain(11);

    assertThat(cursor.isAckDue()).isFalse();
  }
}
