package io.tidegate.fanout.sequencer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.TreeBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Joins, leaves and what is known of who is there. */
final class SequencerPresenceTest {
  @Test
  void firstDeviceShouldJoinAndLastOneLeaveAfterTheGrace() {
    Script.play(
        "grace=10s",
        """
        0      | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        5      | laptop up s2   | attach s2 fresh e1 seq=0 head=0
        5      | presence?      | since 0
        100    | s1 down        |
        200    | s2 down        |
        200    | presence?      | last seen 200
        10199  | wake           |
        10199  | due?           | 10200
        10200  | due            | leave 2 laptop 0/2 at=200
        10200  | presence?      | last seen 200
        20000  | phone up s3    | attach s3 resumed e1 seq=0 head=0; join 3 phone 1/2 at=20000
        """);
  }

  @Test
  void whoComesBackWithinTheGraceShouldNeverHaveBeenAway() {
    Script.play(
        "grace=10s",
        """
        0      | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        100    | s1 down        |
        10099  | phone up s2    | attach s2 resumed e1 seq=0 head=0
        10099  | presence?      | since 10099
        10100  | due            |
        11000  | s2 down        |
        20999  | run            | nobody
        21000  | run            | leave 2 phone 0/1 at=11000
        """);
  }

  @Test
  void withoutGraceALeaveShouldBeToldAtOnce() {
    Script.play(
        "grace=0",
        """
        0 | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        1 | phone up s2    | kick s1 replaced; attach s2 resumed e1 seq=0 head=0
        2 | s1 down        |
        3 | s2 down        | leave 2 phone 0/1 at=3
        3 | s2 down        |
        3 | phone up s2    |
        4 | phone up s3    | attach s3 resumed e1 seq=0 head=0; join 3 phone 1/1 at=4
        4 | s3 unknown     | leave 4 phone 0/1 at=4
        """);
  }

  @Test
  void sessionsOfEarlierIncarnationsShouldBeOver() {
    Script.play(
        "grace=10s",
        """
        0     | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        1     | taken 1        |
        1     | devices?       | phone s1 acked=0 sent=0 window=100
        2     | taken 2        |
        2     | devices?       | phone away acked=0
        10002 | due            | leave 2 phone 0/1 at=2
        """);
  }

  @Test
  void whatIsSentOrAckedShouldTellNothing() {
    Script.play(
        "grace=1s",
        """
        0    | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        1    | message m1     | push s1 prev=0 [1:m1]
        2    | s1 down        |
        # An ack that comes after the end of its session does not put off the leave.
        500  | s1 ack 1       | end m1 delivered all_devices seq=1
        1002 | run            | leave 2 phone 0/1 at=2
        """);
  }

  @Test
  void whereNothingIsToldSinceAndLastSeenShouldBeKnownAllTheSame() {
    Script.play(
        """
        0   | phone up s1    | attach s1 fresh e1 seq=0 head=0
        5   | presence?      | since 0
        100 | s1 down        |
        100 | presence?      | last seen 100
        100 | due?           | 2592000000
        """);
  }

  @Test
  void userWhoIsForgottenShouldHaveLeftBefore() {
    Script.play(
        "grace=1s idle=1s",
        """
        0    | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        1    | s1 down        |
        # Late, so that both are due in one turn.
        9000 | due            | leave 2 phone 0/0 at=1
        9000 | user?          | unknown
        9001 | phone up s2    | attach s2 fresh e2 seq=0 head=0; join 1 phone 1/1 at=9001
        """);
  }

  @Test
  void sessionThatWasSilentForTooLongShouldLeave() {
    Script.play(
        "grace=0 idle=5s",
        """
        0     | phone up s1    | attach s1 fresh e1 seq=0 head=0; join 1 phone 1/1 at=0
        5000  | due            | kick s1 max_age; leave 2 phone 0/1 at=5000
        """);
  }

  @Test
  void whoConnectedUnderAVersionWithoutPresenceShouldBeThereSinceTheStart() {
    // Given
    UserKey alice = new UserKey("default", "alice");
    TreeBytes store = new TreeBytes();
    SessionRef session = new SessionRef(0, 1, 1);
    UserEvent up = new UserEvent.SessionUp(session, "phone", 16, null, Urgency.VERY_LOW, 1_000);
    new Sequencer(SequencerSettings.defaults())
        .handle(store, alice, up, new At(1_000, 7), effect -> {});
    UserState state = requireNonNull(UserStates.load(store, alice));
    state.presence = Presence.NONE;
    List<Effect> effects = new ArrayList<>();

    // When
    new Comings(Duration.ofSeconds(10)).follow(state, true, true, 5_000, effects::add);

    // Then
    assertThat(effects)
        .containsExactly(
            new Effect.Announced(new PresenceChange(true, 7, 1, "phone", 1, 1, 5_000)));
  }

  /** As after a restart: each event by a sequencer that has only the store to go by. */
  @Test
  void whatWasToldAndWhoLeftShouldBeInTheStore() {
    // Given
    UserKey alice = new UserKey("default", "alice");
    SessionRef session = new SessionRef(0, 1, 1);
    SequencerSettings settings = SequencerSettings.defaults().withPresence(Duration.ofSeconds(10));
    TreeBytes store = new TreeBytes();
    List<PresenceChange> told = new ArrayList<>();
    Consumer<Effect> effects =
        effect -> {
          if (effect instanceof Effect.Announced(PresenceChange change)) {
            told.add(change);
          }
        };
    UserEvent up = new UserEvent.SessionUp(session, "phone", 16, null, Urgency.VERY_LOW, 1_000);

    // When
    new Sequencer(settings).handle(store, alice, up, new At(1_000, 7), effects);
    new Sequencer(settings).handle(store, alice, up, new At(1_001, 8), effects);
    new Sequencer(settings)
        .handle(store, alice, new UserEvent.SessionDown(session), new At(2_000, 9), effects);
    new Sequencer(settings).handle(store, alice, new UserEvent.Due(), new At(12_000, 9), effects);
    new Sequencer(settings).handle(store, alice, new UserEvent.Due(), new At(13_000, 9), effects);

    // Then
    assertThat(told)
        .containsExactly(
            new PresenceChange(true, 7, 1, "phone", 1, 1, 1_000),
            new PresenceChange(false, 7, 2, "phone", 0, 1, 2_000));
    assertThat(Sequencer.presence(store, alice))
        .isEqualTo(new PresenceView.OfUser(new PresenceView(false, null, 2_000L), List.of()));
  }
}
