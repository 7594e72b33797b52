package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.START;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user with many waiting messages costs the others of the partition, counted in turns: one
 * turn is one event of one user, bounded in messages and bytes. Docs: "Fairness" in
 * docs/ARCHITECTURE.md.
 */
final class FairnessTest {
  private static final UserKey BOB = new UserKey("default", "bob");
  private static final Duration TICK = Duration.ofMillis(5);
  private static final SequencerSettings SETTINGS = roomy();

  /** One event, and what went out with it. */
  private record Turn(UserKey user, UserEvent event, int messages, long bytes, int outcomes) {}

  private final List<Turn> turns = new ArrayList<>();
  @TempDir private Path folder;
  private FanoutDriver driver;

  @BeforeEach
  void start() {
    driver = new FanoutDriver(folder, 1, counted(new Sequencer(SETTINGS)));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void messageShouldWaitForOneTurnOfAUserWithManyWaiting() {
    messageShouldWaitForOneTurn(5_000);
  }

  @Test
  @Tag("long")
  void messageShouldWaitForOneTurnOfAUserWithAMillionWaiting() {
    messageShouldWaitForOneTurn(1_000_000);
  }

  private void messageShouldWaitForOneTurn(int waiting) {
    // Given a fast device to which as many messages go as wait, and one that nothing waits for
    fill(ALICE, waiting, 16);
    up(BOB, 2);
    up(ALICE, 1);
    int most = SETTINGS.turnMessages();
    int rounds = 8;

    // When messages for the other come again and again meanwhile
    List<Integer> between = new ArrayList<>();
    List<Turn> all = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      driver.send(BOB, at("now" + i, 0));
      driver.send(BOB, at("then" + i, millis() + TICK.toMillis() + 1));
      advance();
      all.addAll(turns);
      turns.clear();
      advanceUntilTurnOf(BOB);
      between.add(turnsBefore(BOB));
    }
    all.addAll(turns);

    // Then each goes after one turn, which is bounded however much waits
    assertThat(between).hasSize(rounds).allMatch(count -> count <= 1);
    assertThat(all)
        .filteredOn(turn -> turn.user().equals(ALICE) && turn.messages() > 0)
        .hasSizeGreaterThanOrEqualTo(rounds);
    assertThat(all).allMatch(turn -> turn.messages() <= most);
    assertThat(driver.outcomes()).isEmpty();
    assertThat(pushedTo(BOB)).isEqualTo(2 * rounds);
  }

  @Test
  void eachWhoWasDueBeforeShouldHaveOneTurn() {
    // Given forty fast devices with far more than a turn waiting for each
    int others = 40;
    for (int i = 0; i < others; i++) {
      UserKey other = new UserKey("default", "other" + i);
      fill(other, 200, 16);
      up(other, 10 + i);
    }
    up(BOB, 2);
    driver.send(BOB, at("then", millis() + 3));
    turns.clear();

    // When the message is due, after all of the others were
    advanceUntilTurnOf(BOB);

    // Then none of them had a second turn before it
    List<UserKey> before = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.user().equals(BOB)) {
        break;
      }
      before.add(turn.user());
    }
    assertThat(before).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(others);
    assertThat(pushedTo(BOB)).isEqualTo(1);
  }

  @Test
  void whatIsSentAgainShouldComeTurnByTurnToo() {
    // Given a session that was sent a lot and is gone
    int many = 500;
    up(ALICE, 1);
    fill(ALICE, many, 16);
    assertThat(pushedTo(ALICE)).isEqualTo(many);
    turns.clear();

    // When
    up(ALICE, 2);
    for (int i = 0; i < 20; i++) {
      advance();
    }

    // Then
    assertThat(pushedTo(ALICE)).isEqualTo(many);
    assertThat(turns).allMatch(turn -> turn.messages() <= SETTINGS.turnMessages());
  }

  @Test
  void firingShouldBeOfAsManyWakeUpsAsTheDocsSay() {
    assertThat(DueTimer.MAX_USERS).isEqualTo(512);
    assertThat(Expander.MAX_USERS).isEqualTo(2_048);
  }

  @Test
  void turnShouldBeBoundedInBytesToo() {
    // Given 100 messages of 16 KiB
    fill(ALICE, 100, 16 * 1024);

    // When
    up(ALICE, 1);
    for (int i = 0; i < 20; i++) {
      advance();
    }

    // Then
    assertThat(turns).allMatch(turn -> turn.bytes() <= SETTINGS.turnBytes() + 16 * 1024);
  }

  @Test
  void turnShouldEndWithThePushThatReachesItsBound() {
    // Given a policy of larger pushes than a turn has messages
    driver.close();
    Policy policy = Policy.parse("{\"batch\":{\"max_messages\":200}}");
    driver =
        new FanoutDriver(
            folder.resolve("policy"), 1, counted(new Sequencer(SETTINGS.withPolicy(policy))));
    fill(ALICE, 500, 16);
    turns.clear();

    // When
    up(ALICE, 1);
    for (int i = 0; i < 20; i++) {
      advance();
    }

    // Then
    assertThat(turns)
        .extracting(Turn::messages)
        .filteredOn(messages -> messages > 0)
        .containsExactly(200, 200, 100);
  }

  @Test
  void endOfManyMessagesShouldComeTurnByTurn() {
    // Given 1,000 messages that expire together
    for (int i = 0; i < 1_000; i++) {
      driver.send(ALICE, at("m" + i, 0).expiringAt(millis() + 60_000));
    }
    driver.advance(Duration.ofSeconds(60));
    int first = turnsOf(ALICE);

    // When
    int ended = driver.outcomes().size();
    for (int i = 0; i < 20; i++) {
      advance();
      ended += driver.outcomes().size();
    }

    // Then
    assertThat(ended).isEqualTo(1_000);
    assertThat(turnsOf(ALICE)).isGreaterThan(first);
    assertThat(turns).allMatch(turn -> turn.outcomes() <= SETTINGS.turnMessages());
  }

  /** One firing of the timer; how long it took is of no account. */
  private void advance() {
    driver.advance(TICK);
  }

  private void advanceUntilTurnOf(UserKey user) {
    for (int i = 0; turnsOf(user) == 0; i++) {
      assertThat(i).as("firings of the timer without a turn of %s", user).isLessThan(1_000);
      advance();
    }
  }

  private long millis() {
    return driver.now().toEpochMilli();
  }

  private void fill(UserKey user, int count, int bytes) {
    String payload = '"' + "x".repeat(bytes - 2) + '"';
    for (int i = 0; i < count; i++) {
      driver.send(user, message("m" + i, payload));
    }
  }

  private static Message at(String id, long deliverAtMillis) {
    Message now = message(id, "1");
    return new Message(
        now.id(),
        now.source(),
        now.type(),
        START.toEpochMilli(),
        now.urgency(),
        Message.NEVER,
        deliverAtMillis,
        null,
        null,
        null,
        null,
        now.payload());
  }

  /** A session that is never full. */
  private void up(UserKey user, int n) {
    SessionRecord up =
        SessionRecord.newBuilder()
            .setSession(SessionId.newBuilder().setSlot(0).setIncarnation(1).setN(n))
            .setUp(
                SessionUp.newBuilder()
                    .setDevice("phone")
                    .setWindow(ClientProtocol.MAX_WINDOW)
                    .setSaidMillis(millis()))
            .build();
    driver.session(user, up.toByteArray());
  }

  private int turnsOf(UserKey user) {
    return (int) turns.stream().filter(turn -> turn.user().equals(user)).count();
  }

  /** How many turns others had before the first that sent {@code user} something. */
  private int turnsBefore(UserKey user) {
    int before = 0;
    for (Turn turn : turns) {
      if (turn.user().equals(user) && turn.messages() > 0) {
        return before;
      }
      before += turn.user().equals(user) ? 0 : 1;
    }
    throw new AssertionError(user + " was sent nothing in " + turns);
  }

  /** What was sent to the user since the inbox was last read. */
  private int pushedTo(UserKey user) {
    return driver.inbox().stream()
        .filter(record -> record.getUser().equals(user.toString()))
        .mapToInt(record -> record.getDeliver().getMessagesCount())
        .sum();
  }

  private UserHandler counted(Sequencer sequencer) {
    return new ForwardingHandler(UserHandler.of(sequencer)) {
      @Override
      public void handle(
          SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
        List<Effect> out = new ArrayList<>();
        super.handle(store, user, event, at, out::add);
        out.forEach(effects);
        turns.add(turn(user, event, out));
      }
    };
  }

  private static Turn turn(UserKey user, UserEvent event, List<Effect> effects) {
    int messages = 0;
    long bytes = 0;
    int outcomes = 0;
    for (Effect effect : effects) {
      if (effect instanceof Effect.Deliver deliver) {
        messages += deliver.messages().size();
        bytes += deliver.messages().stream().mapToLong(m -> m.message().payload().length).sum();
      } else if (effect instanceof Effect.Ended) {
        outcomes++;
      }
    }
    return new Turn(user, event, messages, bytes, outcomes);
  }

  private static SequencerSettings roomy() {
    SequencerSettings d = SequencerSettings.defaults();
    return new SequencerSettings(
        d.policy(),
        1_000_000,
        1L << 30,
        d.maxAge(),
        d.deviceIdle(),
        d.maxDevices(),
        d.dedupeHorizon(),
        d.turnMessages(),
        d.turnBytes(),
        false,
        Duration.ZERO);
  }
}
