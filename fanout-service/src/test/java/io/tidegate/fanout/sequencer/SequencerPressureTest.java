package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.store.TreeBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Releases while the system is busy. See {@link Script} for how to read the tables. */
class SequencerPressureTest {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final long START = 1_800_000_000_000L;

  private final TreeBytes store = new TreeBytes();
  private final AtomicInteger slowed = new AtomicInteger();
  private final Sequencer sequencer =
      new Sequencer(
          SequencerSettings.defaults(), new PolicyBook(Policy.NONE), slowed::incrementAndGet);
  private Pressure pressure = Pressure.NONE;

  @Test
  void lowUrgencyShouldWaitForItsTurnAndHighShouldNot() {
    Script.play(
        """
        0    | phone up s1       | attach s1 fresh e1 seq=0 head=0
        0    | busy 0.4          |
        1    | message m1 low    |
        2    | message m2 high   | push s1 prev=0 [1:m2]
        3    | message m3 normal | push s1 prev=1 [2:m3]
        4    | due?              | 8750
        8749 | due               | nobody
        8750 | due               | push s1 prev=2 [3:m1]
        """);
  }

  @Test
  void whatWaitsShouldGoWhenThePressureFalls() {
    Script.play(
        """
        0     | phone up s1    | attach s1 fresh e1 seq=0 head=0
        0     | busy 1         |
        1     | message m1 low |
        # It is not alice's turn in the next ten seconds, nor in the ten after.
        10482 | due            |
        10483 | due?           | 20283
        10484 | free           |
        20283 | due            | push s1 prev=0 [1:m1]
        """);
  }

  @Test
  void messageThatComesAfterThePressureShouldTakeThoseThatWaitWithIt() {
    Script.play(
        """
        0 | phone up s1    | attach s1 fresh e1 seq=0 head=0
        0 | busy 1         |
        1 | message m1 low |
        2 | free           |
        3 | message m2 low | push s1 prev=0 [1:m1 2:m2]
        """);
  }

  @Test
  void pressureShouldHoldNoBacklogAndDropNothing() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        0 | message m1 low          | push s1 prev=0 [1:m1]
        1 | s1 down                 |
        1 | busy 1                  |
        2 | message m2 low          |
        # What has its seq is sent again at once.
        3 | phone up s2 resume=e1:0 | attach s2 resumed e1 seq=0 head=1; push s2 prev=0 [1:m1]
        4 | mailbox?                | waiting=1 scheduled=0 released=1 bytes=2 head=1 loss=0
        """);
  }

  @Test
  void ttlZeroShouldNotWait() {
    Script.play(
        """
        0 | phone up s1               | attach s1 fresh e1 seq=0 head=0
        0 | busy 1                    |
        1 | message m1 very-low ttl=0 | live s1 m1; end m1 delivered live
        """);
  }

  @Test
  void onlyTheWorkerThatIsBusyShouldSlowItsSessions() {
    // Given
    pressure = new Pressure(0, Map.of(4, 1.0));
    up(3);

    // When
    List<Effect> elsewhere = message("m1", Urgency.VERY_LOW);
    pressure = new Pressure(0, Map.of(3, 1.0));
    List<Effect> there = message("m2", Urgency.VERY_LOW);

    // Then
    assertThat(elsewhere).hasOnlyElementsOfType(Effect.Deliver.class).hasSize(1);
    assertThat(there).isEmpty();
    assertThat(slowed).hasValue(1);
  }

  @Test
  void messageThatWaitsForPressureShouldSaySoAndUntilWhen() {
    // Given
    up(3);
    pressure = new Pressure(0, Map.of(3, 1.0));
    message("m1", Urgency.VERY_LOW);

    // When
    UserView view = Objects.requireNonNull(sequencer.view(store, ALICE, START, pressure));

    // Then
    WaitView wait = view.waits().getFirst();
    assertThat(wait.waitsFor()).isEqualTo("pressure");
    assertThat(wait.notBeforeMillis()).isEqualTo(view.nextDueMillis());
    assertThat(sequencer.view(store, ALICE, START))
        .extracting(it -> it.waits().getFirst().waitsFor())
        .isEqualTo("turn");
  }

  private void up(int slot) {
    SessionRef session = new SessionRef(slot, 7, 1);
    handle(new UserEvent.SessionUp(session, "phone", 9, null, Urgency.VERY_LOW, START));
  }

  private List<Effect> message(String id, Urgency urgency) {
    return handle(
        new UserEvent.Arrived(
            new Message(
                id,
                "/test",
                "test",
                START,
                urgency,
                Message.NEVER,
                0,
                null,
                null,
                null,
                null,
                new byte[1])));
  }

  private List<Effect> handle(UserEvent event) {
    List<Effect> effects = new ArrayList<>();
    sequencer.handle(store, ALICE, event, new At(START, 1, pressure), effects::add);
    return effects;
  }
}
