package io.tidegate.fanout.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.policy.TestPolicies;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.sequencer.UserEvent.Resume;
import io.tidegate.fanout.store.TreeBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The shortest way to each fault of the sequencer that the simulation has found. */
final class FoundBySimulationTest {
  private static final UserKey USER = new UserKey(UserKey.DEFAULT_TENANT, "alice");
  private static final long EPOCH = 7;
  private static final SessionRef FIRST = new SessionRef(0, 1, 1);
  private static final SessionRef SECOND = new SessionRef(0, 1, 2);
  private static final SessionRef THIRD = new SessionRef(0, 2, 1);

  private final TreeBytes store = new TreeBytes();
  private SequencerSettings settings = SequencerSettings.defaults();
  private long now = 1_700_000_000_000L;
  private int messages;

  /** Seed 1: the Attach with RESET was lost with its worker, the next one said RESUMED. */
  @Test
  void lossShouldBeToldUntilTheDeviceHasAckedBeyond() {
    // Given a device whose released message was dropped, and whose reset never reached it
    settings(1, Duration.ofDays(1), 10);
    connect(FIRST, "phone", 10, null);
    arrive();
    disconnect(FIRST);
    arrive();
    connect(SECOND, "phone", 10, null);
    disconnect(SECOND);

    // When
    List<Effect> effects = connect(THIRD, "phone", 10, null);

    // Then
    assertThat(mode(effects)).isEqualTo(Effect.Mode.RESET);
  }

  /** Seed 21: seqs were given to messages that no session had room for. */
  @Test
  void gapBeforeTheSessionShouldLeaveItsWindowWhole() {
    // Given four messages behind a gap of two seqs
    settings(4, Duration.ofDays(1), 10);
    connect(FIRST, "phone", 3, null);
    disconnect(FIRST);
    for (int i = 0; i < 6; i++) {
      arrive();
    }

    // When
    List<Effect> effects = connect(SECOND, "phone", 3, null);

    // Then a window of them goes, and what the session has no room for still waits
    assertThat(seqs(effects)).containsExactly(3L, 4L, 5L);
    assertThat(new Sequencer(settings).view(store, USER, now))
        .isNotNull()
        .extracting(v -> v.waiting())
        .isEqualTo(1);
  }

  /** Seed 72: what lay between such a cursor and the ack was sent regardless of the window. */
  @Test
  void cursorBelowTheAckShouldBeReset() {
    // Given a device that has acked what another one still needs
    connect(FIRST, "tablet", 10, null);
    disconnect(FIRST);
    connect(SECOND, "phone", 10, null);
    for (int i = 0; i < 8; i++) {
      arrive();
    }
    ack(SECOND, 6);

    // When it comes back as it was before, from a backup or in another tab
    List<Effect> effects = connect(THIRD, "phone", 3, new Resume(EPOCH, 1));

    // Then the sequencer's cursor counts, and the window holds
    assertThat(mode(effects)).isEqualTo(Effect.Mode.RESET);
    assertThat(seqs(effects)).containsExactly(7L, 8L);
  }

  /** Seed 852: a phone that was away filled the mailbox, and the laptop got nothing any more. */
  @Test
  void fullMailboxShouldDropWhatADeviceHasBeforeWhatNoneHas() {
    // Given a mailbox full of what only the absent phone lacks
    settings(2, Duration.ofDays(1), 10);
    connect(FIRST, "phone", 10, null);
    disconnect(FIRST);
    connect(SECOND, "laptop", 10, null);
    arrive();
    arrive();
    ack(SECOND, 2);

    // When
    List<Effect> effects = arrive();

    // Then
    assertThat(seqs(effects)).containsExactly(3L);
    assertThat(effects)
        .contains(
            new Effect.Ended(
                new Outcome(
                    "m1",
                    "/test",
                    Outcome.Kind.DELIVERED,
                    Outcome.Reason.SOME_DEVICES,
                    1,
                    null,
                    now)));
  }

  /** Seed 65: its worker died, its window was full, so no record ever asked a worker about it. */
  @Test
  void sessionThatNeverAcksShouldEnd() {
    // Given
    settings(10, Duration.ofHours(1), 1);
    connect(FIRST, "phone", 1, null);
    arrive();

    // When nothing is heard of it for as long as a device is remembered
    now += Duration.ofHours(1).toMillis();
    List<Effect> effects = handle(new UserEvent.Due());

    // Then a worker that does hold it closes it, and another device has room again
    assertThat(effects).contains(new Effect.Kick(FIRST, CloseCode.MAX_AGE));
    assertThat(mode(connect(SECOND, "tablet", 1, null))).isEqualTo(Effect.Mode.FRESH);
  }

  @Test
  void sessionThatAcksShouldStay() {
    // Given
    settings(10, Duration.ofHours(1), 1);
    connect(FIRST, "phone", 1, null);
    arrive();
    now += Duration.ofMinutes(30).toMillis();
    ack(FIRST, 1);

    // When
    now += Duration.ofMinutes(30).toMillis();
    List<Effect> effects = handle(new UserEvent.Due());

    // Then
    assertThat(effects).isEmpty();
  }

  /** Found by reading: nothing woke a user that was only kept for its throttle. */
  @Test
  void userShouldBeForgottenWhenItsThrottleIsIdle() {
    // Given a user without devices or messages, whose throttle still counts
    settings(10, Duration.ofSeconds(1), 1, TestPolicies.messages(1, Duration.ofHours(1), 1));
    connect(FIRST, "phone", 1, null);
    arrive();
    ack(FIRST, 1);
    disconnect(FIRST);
    now += 1_000;
    handle(new UserEvent.Due());

    // When
    long due = Sequencer.due(store, 0, Long.MAX_VALUE - 1, 1).getFirst().atMillis();
    now = due;
    handle(new UserEvent.Due());

    // Then
    assertThat(new Sequencer(settings).view(store, USER, now)).isNull();
  }

  /** Seed 731: what came after the policy had a queue of its own, and went before what waited. */
  @Test
  void waitingMessagesShouldBeSortedIntoTheQueuesThatAnotherPolicyWants() {
    // Given two messages of one category and one of another, which wait together for a session
    PolicyBook policies = new PolicyBook(Policy.NONE);
    Sequencer sequencer = new Sequencer(settings, policies);
    for (String category : List.of("news", "news", "chat")) {
      arrive(sequencer, category);
    }
    // When the first category is limited, and another message of the second comes
    policies.put(
        new PolicyKey(USER.tenant(), Policy.DEFAULT_NAME),
        Policy.parse(
            """
            {"limits":[{"limit":1,"window":"PT1H","unit":"messages","category":"news"},
                       {"limit":9,"window":"PT1H","burst":9,"category":"chat"}]}\
            """),
        0);
    arrive(sequencer, "chat");
    List<Effect> effects = new ArrayList<>();
    sequencer.handle(
        store,
        USER,
        new UserEvent.SessionUp(FIRST, "phone", 16, null, Urgency.VERY_LOW, now),
        new At(now, EPOCH),
        effects::add);

    // Then only the second of the first category waits
    assertThat(effects)
        .filteredOn(effect -> effect instanceof Effect.Deliver)
        .flatExtracting(effect -> ((Effect.Deliver) effect).messages())
        .extracting(message -> message.message().id())
        .containsExactly("m1", "m3", "m4");
  }

  /** The same while a turn is too short for all that waits. */
  @Test
  void sortingShouldGoOnWhereATurnEnds() {
    // Given 200 messages of two categories in turn, and turns of 64
    PolicyBook policies = new PolicyBook(Policy.NONE);
    for (int i = 0; i < 200; i++) {
      arrive(new Sequencer(settings, policies), i % 2 == 0 ? "news" : "chat");
    }
    policies.put(
        new PolicyKey(USER.tenant(), Policy.DEFAULT_NAME),
        Policy.parse(
            """
            {"caps":[{"limit":1,"per":"week","unit":"messages","category":"news"}]}\
            """),
        0);

    // When
    List<Effect> effects = new ArrayList<>();
    At at = new At(now, EPOCH);
    UserEvent up = new UserEvent.SessionUp(FIRST, "phone", 1_000, null, Urgency.VERY_LOW, now);
    new Sequencer(settings, policies).handle(store, USER, up, at, effects::add);
    for (int i = 0; i < 10; i++) {
      new Sequencer(settings, policies).handle(store, USER, new UserEvent.Due(), at, effects::add);
    }

    // Then one of the capped goes, and all of the others
    assertThat(seqs(effects)).hasSize(101).isSorted();
  }

  private void arrive(Sequencer sequencer, String category) {
    Message message =
        new Message(
            "m" + ++messages,
            "/test",
            "t",
            now,
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            category,
            null,
            null,
            new byte[] {1});
    sequencer.handle(store, USER, new UserEvent.Arrived(message), new At(now, EPOCH), _ -> {});
  }

  private List<Effect> handle(UserEvent event) {
    List<Effect> effects = new ArrayList<>();
    new Sequencer(settings).handle(store, USER, event, new At(now, EPOCH), effects::add);
    return effects;
  }

  private List<Effect> arrive() {
    return handle(new UserEvent.Arrived(message(Message.NEVER)));
  }

  private Message message(long expiryMillis) {
    return new Message(
        "m" + ++messages,
        "/test",
        "t",
        now,
        Urgency.NORMAL,
        expiryMillis,
        0,
        null,
        null,
        null,
        null,
        new byte[] {1});
  }

  private List<Effect> connect(
      SessionRef session, String device, int window, @Nullable Resume resume) {
    return handle(new UserEvent.SessionUp(session, device, window, resume, Urgency.VERY_LOW, now));
  }

  private void disconnect(SessionRef session) {
    handle(new UserEvent.SessionDown(session));
  }

  private void ack(SessionRef session, long seq) {
    handle(new UserEvent.Acked(session, EPOCH, seq));
  }

  private void settings(int maxEntries, Duration deviceIdle, int maxDevices, Limit... limits) {
    SequencerSettings d = SequencerSettings.defaults();
    settings =
        new SequencerSettings(
            TestPolicies.withLimits(List.of(limits)),
            maxEntries,
            d.maxBytes(),
            d.maxAge(),
            deviceIdle,
            maxDevices,
            d.dedupeHorizon(),
            d.turnMessages(),
            d.turnBytes(),
            false,
            Duration.ZERO);
  }

  private static List<Long> seqs(List<Effect> effects) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Deliver)
        .flatMap(e -> ((Effect.Deliver) e).messages().stream())
        .map(Effect.Sequenced::seq)
        .toList();
  }

  private static Effect.Mode mode(List<Effect> effects) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Attach)
        .map(e -> ((Effect.Attach) e).mode())
        .findFirst()
        .orElseThrow();
  }
}
