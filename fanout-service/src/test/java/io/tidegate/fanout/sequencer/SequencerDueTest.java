package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.TreeBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How the shell finds the users that are to be woken, and what it may ask beside. */
class SequencerDueTest {
  private static final long START = 1_800_000_000_000L;

  private final Sequencer sequencer = new Sequencer(SequencerSettings.defaults());
  private final TreeBytes store = new TreeBytes();
  private final List<Effect> effects = new ArrayList<>();

  @Test
  void earliestShouldComeFirstWithinTheBounds() {
    // Given
    expiring("carol", 30);
    expiring("alice", 10);
    expiring("bob", 20);

    // When // Then
    assertThat(due(0, START + 9, 10)).isEmpty();
    assertThat(due(0, START + 20, 10)).containsExactly("alice", "bob");
    assertThat(due(START + 20, START + 30, 10)).containsExactly("bob", "carol");
    assertThat(due(0, START + 30, 2)).containsExactly("alice", "bob");
  }

  @Test
  void nobodyShouldBeDueBeforeTheLowWaterThoughTheClockWasSetBack() {
    // Given
    expiring("alice", 10);

    // When // Then
    assertThat(due(START + 3_600_000, START + 10, 10)).isEmpty();
  }

  @Test
  void handlingDueShouldTakeTheUserFromTheIndex() {
    // Given
    expiring("alice", 10);
    expiring("bob", 10);

    // When
    handle("alice", new UserEvent.Due(), START + 10);

    // Then
    assertThat(due(0, START + 10, 10)).containsExactly("bob");
    assertThat(effects).hasSize(1).first().isInstanceOf(Effect.Ended.class);
  }

  @Test
  void usersThatAreGoneShouldLeaveOnlyTheirMessageIdsAndThenNothing() {
    // Given
    expiring("alice", 10);
    handle("alice", new UserEvent.Due(), START + 10);

    // When
    int left = store.size();
    int purged = sequencer.purgeDedupe(store, START + 3 * 86_400_000L, 10);

    // Then
    assertThat(left).isEqualTo(1);
    assertThat(purged).isEqualTo(1);
    assertThat(store.size()).isZero();
  }

  @Test
  void viewShouldShowEpochsAndSessionsAsClientsSeeThem() {
    // Given
    SessionRef session = new SessionRef(3, 77, 5);
    handle(
        "alice",
        new UserEvent.SessionUp(session, "phone", 8, null, Urgency.VERY_LOW, START),
        START);

    // When
    UserView view = Objects.requireNonNull(sequencer.view(store, user("alice"), START));

    // Then
    assertThat(view.epoch()).isEqualTo("00000000c0ffee00");
    assertThat(view.devices())
        .containsExactly(new UserView.DeviceView("phone", "3.77.5", 0, 0, 8, "very-low", null));
    assertThat(sequencer.view(store, user("bob"), START)).isNull();
  }

  private void expiring(String user, long ttl) {
    handle(
        user,
        new UserEvent.Arrived(
            new Message(
                "m1",
                "/s",
                "t",
                START,
                Urgency.NORMAL,
                START + ttl,
                0,
                null,
                null,
                null,
                null,
                new byte[1])),
        START);
  }

  private void handle(String user, UserEvent event, long now) {
    sequencer.handle(store, user(user), event, new At(now, 0xC0FFEE00L), effects::add);
  }

  private List<String> due(long lowWater, long now, int limit) {
    return Sequencer.due(store, lowWater, now, limit).stream().map(d -> d.user().user()).toList();
  }

  private static UserKey user(String name) {
    return new UserKey("default", name);
  }
}
