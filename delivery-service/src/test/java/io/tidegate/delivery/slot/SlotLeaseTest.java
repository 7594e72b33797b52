package io.tidegate.delivery.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.slot.SlotStep.Plain;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SlotLeaseTest {
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);

  private final SlotLease lease = new SlotLease("me", s(2), s(10));

  @Test
  void ownSlotUpShouldOpenTheSlot() {
    // Given
    String process = lease.announcing();

    // When
    SlotStep step = lease.onSlotUp(17, process, START);

    // Then
    assertThat(step).isEqualTo(new SlotStep.Open(17));
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.incarnation()).isEqualTo(17);
  }

  @Test
  void nothingShouldBeHeldBeforeTheOwnSlotUpIsSeen() {
    // Given
    assertThat(lease.onTick(START)).isEqualTo(Plain.ANNOUNCE);
    lease.announcing();

    // When
    SlotStep other = lease.onSlotUp(16, "other", START);

    // Then
    assertThat(other).isEqualTo(Plain.NOTHING);
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.onTick(START + s(60))).isEqualTo(Plain.NOTHING);
  }

  @Test
  void failedAnnouncementShouldBeRepeatedWithAnotherProcessId() {
    // Given
    String first = lease.announcing();
    lease.announceFailed(first);

    // When
    SlotStep step = lease.onTick(START);
    String second = lease.announcing();
    SlotStep late = lease.onSlotUp(5, first, START);
    SlotStep own = lease.onSlotUp(6, second, START);

    // Then
    assertThat(step).isEqualTo(Plain.ANNOUNCE);
    assertThat(second).isNotEqualTo(first);
    assertThat(late).isEqualTo(Plain.NOTHING);
    assertThat(own).isEqualTo(new SlotStep.Open(6));
  }

  @Test
  void failureOfAnEarlierAnnouncementShouldNotCount() {
    // Given
    String first = lease.announcing();
    lease.announceFailed(first);
    String second = lease.announcing();

    // When
    lease.announceFailed(first);

    // Then
    assertThat(lease.onSlotUp(6, second, START)).isEqualTo(new SlotStep.Open(6));
  }

  // Invariant 15.

  @Test
  void higherIncarnationShouldLoseTheSlotForGood() {
    // Given
    hold();

    // When
    SlotStep step = lease.onSlotUp(18, "other", START);

    // Then
    assertThat(step).isEqualTo(Plain.LOSE);
    assertThat(lease.isLost()).isTrue();
    assertThat(lease.onTick(START + s(60))).isEqualTo(Plain.NOTHING);
    assertThat(lease.onHeartbeat(17, START)).isEqualTo(Plain.NOTHING);
    assertThat(lease.onSlotUp(19, "another", START)).isEqualTo(Plain.NOTHING);
  }

  @Test
  void lowerIncarnationShouldNotMatter() {
    // Given
    hold();

    // Then
    assertThat(lease.onSlotUp(16, "other", START)).isEqualTo(Plain.NOTHING);
    assertThat(lease.onHeartbeat(16, START)).isEqualTo(Plain.NOTHING);
    assertThat(lease.onIncarnation(16)).isEqualTo(Plain.NOTHING);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void inboxRecordForHigherIncarnationShouldLoseTheSlot() {
    // Given
    hold();

    // Then
    assertThat(lease.onIncarnation(18)).isEqualTo(Plain.LOSE);
  }

  @Test
  void slotTakenDuringAnOutageShouldBeLost() {
    // Given
    hold();
    lease.onTick(START + s(10));

    // Then
    assertThat(lease.onSlotUp(18, "other", START + s(30))).isEqualTo(Plain.LOSE);
  }

  // Invariant 16.

  @Test
  void heartbeatsShouldBeSentEveryTwoSeconds() {
    // Given
    hold();

    // Then
    assertThat(lease.onTick(START)).isEqualTo(new SlotStep.Beat(17));
    assertThat(lease.onTick(START + s(2) - 1)).isEqualTo(Plain.NOTHING);
    assertThat(lease.onTick(START + s(2))).isEqualTo(new SlotStep.Beat(17));
  }

  @Test
  void seenHeartbeatsShouldKeepTheSlot() {
    // Given
    hold();

    // Then
    for (int second = 0; second < 600; second += 2) {
      assertThat(lease.onTick(START + s(second))).isEqualTo(new SlotStep.Beat(17));
      lease.beatSent(START + s(second));
      assertThat(lease.onHeartbeat(17, START + s(second) + 1)).isEqualTo(Plain.NOTHING);
    }
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void silenceOfKafkaShouldFenceTenSecondsAfterTheLastProof() {
    // Given
    hold();
    lease.onTick(START);
    lease.beatSent(START);
    lease.onHeartbeat(17, START + s(1));

    // Then
    assertThat(lease.onTick(START + s(10) - 1)).isEqualTo(new SlotStep.Beat(17));
    assertThat(lease.onTick(START + s(10))).isEqualTo(Plain.FENCE);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void lateEchoShouldCountFromWhenItWasSent() {
    // Given
    hold();
    for (int second = 0; second < 8; second += 2) {
      lease.onTick(START + s(second));
      lease.beatSent(START + s(second));
    }

    // When: the echo of the first, sent at 0, comes at 9.
    lease.onHeartbeat(17, START + s(9));

    // Then
    assertThat(lease.onTick(START + s(10))).isEqualTo(Plain.FENCE);
  }

  @Test
  void workerThatCannotSendHeartbeatsShouldFence() {
    // Given
    hold();

    // Then
    assertThat(lease.onTick(START + s(10))).isEqualTo(Plain.FENCE);
  }

  @Test
  void fencedWorkerShouldProbeAndBeginAnewWhenKafkaAnswers() {
    // Given
    hold();
    lease.onTick(START + s(10));

    // When
    SlotStep probe = lease.onTick(START + s(12));
    SlotStep echo = lease.onHeartbeat(17, START + s(13));
    String process = lease.announcing();
    SlotStep up = lease.onSlotUp(40, process, START + s(14));

    // Then
    assertThat(probe).isEqualTo(new SlotStep.Beat(17));
    assertThat(echo).isEqualTo(Plain.ANNOUNCE);
    assertThat(up).isEqualTo(new SlotStep.Open(40));
    assertThat(lease.onTick(START + s(14) + s(10) - 1)).isEqualTo(new SlotStep.Beat(40));
  }

  @Test
  void lostInboxRecordsShouldFence() {
    // Given
    hold();

    // Then
    assertThat(lease.onGap()).isEqualTo(Plain.FENCE);
    assertThat(lease.onGap()).isEqualTo(Plain.NOTHING);
  }

  private void hold() {
    lease.onSlotUp(17, lease.announcing(), START);
  }

  private static long s(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
