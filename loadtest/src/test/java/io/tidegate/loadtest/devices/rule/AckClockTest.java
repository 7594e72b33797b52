package io.tidegate.loadtest.devices.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AckClockTest {
  private static final long MILLI = 1_000_000;

  @Test
  void ackShouldBeDue200MillisAfterTheFirstOr16Messages() {
    AckClock clock = new AckClock(256);
    assertThat(clock.isWaiting()).isFalse();

    clock.took(1, 1, 100 * MILLI);
    clock.took(14, 14, 150 * MILLI);
    assertThat(clock.isWaiting()).isTrue();
    assertThat(clock.due()).isEqualTo(300 * MILLI);

    clock.took(1, 1, 160 * MILLI);
    assertThat(clock.due()).isLessThanOrEqualTo(160 * MILLI);
  }

  @Test
  void ackShouldBeForTheNewOnesSinceTheOneBefore() {
    AckClock clock = new AckClock(256);
    clock.took(3, 0, MILLI);
    clock.took(3, 2, 2 * MILLI);
    clock.took(1, 1, 3 * MILLI);
    assertThat(clock.fresh()).isEqualTo(3);
    assertThat(clock.oldestFresh()).isEqualTo(2 * MILLI);
    assertThat(clock.due()).isEqualTo(201 * MILLI);

    clock.acked(4 * MILLI);
    assertThat(clock.isWaiting()).isFalse();
    assertThat(clock.fresh()).isZero();
    clock.took(0, 0, 5 * MILLI);
    assertThat(clock.isWaiting()).isFalse();
  }

  @Test
  void smallWindowShouldBeAckedSooner() {
    AckClock one = new AckClock(1);
    one.took(1, 1, MILLI);
    assertThat(one.due()).isEqualTo(MILLI);

    AckClock four = new AckClock(4);
    four.took(1, 1, MILLI);
    assertThat(four.due()).isEqualTo(201 * MILLI);
    four.took(1, 1, 2 * MILLI);
    assertThat(four.due()).isLessThanOrEqualTo(2 * MILLI);
  }

  @Test
  void acksShouldKeep10MillisApartWithinASession() {
    AckClock clock = new AckClock(256);
    clock.took(100, 100, 5 * MILLI);
    clock.acked(5 * MILLI);

    clock.took(100, 100, 6 * MILLI);
    assertThat(clock.due()).isEqualTo(15 * MILLI);

    clock.over();
    assertThat(clock.isWaiting()).isFalse();
    clock.took(100, 100, 7 * MILLI);
    assertThat(clock.due()).isEqualTo(7 * MILLI);
  }
}
