package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.ack;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanoutTopologyTest {
  @TempDir Path folder = Path.of("");
  private FanoutDriver driver;

  @BeforeEach
  void openTheDriver() {
    driver = new FanoutDriver(folder);
  }

  @AfterEach
  void closeTheDriver() {
    driver.close();
  }

  @Test
  void messageShouldReachTheSessionAndEndInOneOutcome() {
    // Given
    driver.send(ALICE, message("m1", "{\"a\":1}"));
    driver.sessionUp(ALICE, 0, 3);

    // When
    List<InboxRecord> told = driver.inbox();
    long epoch = told.getFirst().getAttach().getEpoch();
    driver.acks(ack(ALICE, 0, 3, epoch, 1));

    // Then
    assertThat(told).hasSize(2);
    assertThat(told.getFirst().getAttach().getMode()).isEqualTo(Attach.Mode.FRESH);
    InboxRecord deliver = told.getLast();
    assertThat(deliver.getIncarnation()).isEqualTo(7);
    assertThat(deliver.getSession()).isEqualTo(3);
    assertThat(deliver.getUser()).isEqualTo("default/alice");
    assertThat(deliver.getDeliver().getPrev()).isZero();
    assertThat(deliver.getDeliver().getMessages(0).getSeq()).isEqualTo(1);
    assertThat(deliver.getDeliver().getMessages(0).getPayload().toStringUtf8())
        .isEqualTo("{\"a\":1}");
    assertThat(driver.outcomes())
        .extracting(Outcome::messageId, Outcome::kind)
        .containsExactly(tuple("m1", Outcome.Kind.DELIVERED));
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.count("messages")).isEqualTo(1);
    assertThat(driver.count("pushed")).isEqualTo(1);
  }

  @Test
  void repeatedMessageShouldBeCountedAndNotSent() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    driver.send(ALICE, message("m1", "1"));
    driver.inbox();

    // When
    driver.send(ALICE, message("m1", "1"));

    // Then
    assertThat(driver.inbox()).isEmpty();
    assertThat(driver.count("duplicates")).isEqualTo(1);
  }

  @Test
  void sessionThatAWorkerWroteLateShouldBeKickedAndTheNewerOneKept() {
    // Given
    long start = FanoutDriver.START.toEpochMilli();
    driver.sessionUp(ALICE, 0, 2, start);
    driver.inbox();

    // When
    driver.sessionUp(ALICE, 0, 1, start - 12_000);

    // Then
    List<InboxRecord> told = driver.inbox();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().getKick().getCode()).isEqualTo(CloseCode.FENCED.code());
  }

  @Test
  void liveMessageShouldGoOverTheLiveTopic() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    driver.inbox();
    Message m = message("m1", "1");
    Message live =
        new Message(
            m.id(),
            m.source(),
            m.type(),
            m.timeMillis(),
            m.urgency(),
            m.timeMillis(),
            0,
            null,
            null,
            null,
            null,
            m.payload());

    // When
    driver.send(ALICE, live);

    // Then
    assertThat(driver.inbox()).isEmpty();
    assertThat(driver.live()).hasSize(1);
    assertThat(driver.outcomes()).extracting(Outcome::reason).containsExactly(Outcome.Reason.LIVE);
  }

  @Test
  void scheduledMessageShouldGoWhenItsTimeHasCome() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    driver.inbox();
    driver.send(ALICE, deliverAt("m1", Duration.ofSeconds(30)));

    // When
    driver.advance(Duration.ofMillis(29_900));
    List<InboxRecord> before = driver.inbox();
    driver.advance(Duration.ofMillis(200));

    // Then
    assertThat(before).isEmpty();
    assertThat(driver.inbox()).hasSize(1);
    assertThat(driver.registry.get("tidegate.fanout.due.lag").timer().count()).isPositive();
  }

  @Test
  void keyThatIsNoUserShouldBecomeADeadLetter() {
    // Given
    Headers headers = CloudEventCodec.headers(ALICE, message("m1", "1"));

    // When
    driver.send("no-slash".getBytes(UTF_8), headers, "1".getBytes(UTF_8));
    driver.send(null, headers, "1".getBytes(UTF_8));

    // Then
    List<TestRecord<byte[], byte[]>> dead = driver.deadLetters();
    assertThat(dead).hasSize(2);
    assertThat(dead.getFirst().key()).isEqualTo("no-slash".getBytes(UTF_8));
    assertThat(dead.getFirst().value()).isEqualTo("1".getBytes(UTF_8));
    assertThat(FanoutDriver.header(dead.getFirst(), "ce_id")).isEqualTo("m1");
    assertThat(FanoutDriver.header(dead.getFirst(), "tidegate_cause"))
        .isEqualTo("key: key: want tenant/user, found no slash");
    assertThat(FanoutDriver.header(dead.getLast(), "tidegate_source"))
        .isEqualTo("tidegate.messages/0/1");
    assertThat(driver.outcomes()).isEmpty();
    assertThat(driver.count("dead.letters", "cause", "key")).isEqualTo(2);
  }

  @Test
  void eventWithoutATypeShouldBecomeADeadLetterAndAnOutcome() {
    // Given
    Headers headers = CloudEventCodec.headers(ALICE, message("m1", "1"));
    headers.remove("ce_type");

    // When
    driver.send(ALICE.toBytes(), headers, "1".getBytes(UTF_8));

    // Then
    assertThat(FanoutDriver.header(driver.deadLetters().getFirst(), "tidegate_cause"))
        .isEqualTo("malformed: ce_type: missing");
    assertThat(driver.outcomes())
        .extracting(Outcome::messageId, Outcome::kind, Outcome::reason)
        .containsExactly(tuple("m1", Outcome.Kind.DEAD_LETTERED, Outcome.Reason.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "{", "{} {}", "nope", "[1,]", "\"\u0001\"", "\uFEFF{}"})
  void payloadThatIsNoJsonShouldBecomeADeadLetter(String payload) {
    // When
    driver.send(ALICE, message("m1", payload));
    driver.send(ALICE, message("m2", "{}"));

    // Then
    assertThat(driver.deadCauses()).containsExactly("payload");
    assertThat(driver.outcomes()).extracting(Outcome::messageId).containsExactly("m1");
  }

  @Test
  void payloadInAnotherEncodingOrNestedWithoutEndShouldBecomeADeadLetter() {
    // Given
    Headers headers = CloudEventCodec.headers(ALICE, message("m1", "1"));

    // When
    driver.send(ALICE.toBytes(), headers, "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE));
    driver.send(ALICE.toBytes(), headers, new byte[] {'"', (byte) 0xC3, '"'});
    driver.send(ALICE.toBytes(), headers, "[".repeat(100_000).getBytes(UTF_8));

    // Then
    assertThat(driver.deadCauses()).containsExactly("payload", "payload", "payload");
  }

  @Test
  void sessionsAndAcksThatAreNotReadableShouldBecomeDeadLetters() {
    // When
    driver.session(ALICE, new byte[] {1, 2, 3});
    driver.session(ALICE, new byte[0]);
    driver.acks(new byte[] {1, 2, 3});

    // Then
    assertThat(driver.deadCauses()).containsExactly("unreadable", "unreadable", "unreadable");
  }

  @Test
  void badAckShouldNotHoldBackTheOthersOfItsBatch() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    driver.send(ALICE, message("m1", "1"));
    long epoch = driver.inbox().getFirst().getAttach().getEpoch();

    // When
    driver.acks(
        ack(ALICE, 0, 3, epoch, 1).toBuilder().setUser("nobody").build(),
        ack(ALICE, 0, 3, epoch, 1).toBuilder().clearSession().build(),
        ack(ALICE, 0, 3, epoch, 1));

    // Then
    assertThat(driver.deadCauses()).containsExactly("unreadable");
    assertThat(driver.outcomes()).extracting(Outcome::kind).containsExactly(Outcome.Kind.DELIVERED);
  }

  @Test
  void misplacedMessageShouldBeMovedOnceAndNotForEver() {
    // Given: a topology that counts two partitions on a Kafka that has one
    driver.close();
    driver = new FanoutDriver(folder, 2, UserHandler.sequencer(SequencerSettings.defaults()));
    UserKey other = userOf(1);

    // When
    driver.send(other, message("m1", "1"));
    driver.send(userOf(0), message("m2", "1"));
    driver.sessionUp(other, 0, 3);

    // Then
    assertThat(driver.count("rerouted")).isEqualTo(1);
    assertThat(driver.count("messages")).isEqualTo(3);
    List<TestRecord<byte[], byte[]>> dead = driver.deadLetters();
    assertThat(dead).hasSize(2);
    assertThat(FanoutDriver.header(dead.getFirst(), "tidegate_cause")).startsWith("misrouted");
    assertThat(dead.getFirst().headers().lastHeader("tidegate_rerouted")).isNull();
    assertThat(FanoutDriver.header(dead.getLast(), "tidegate_source"))
        .isEqualTo("tidegate.sessions/0/0");
  }

  @Test
  void sessionOfASlotThatTheInboxLacksShouldNotStopThePartition() {
    // When
    driver.sessionUp(ALICE, 5, 3);
    driver.sessionUp(ALICE, 0, 4);

    // Then
    assertThat(driver.count("beyond.slots")).isPositive();
    assertThat(driver.inbox()).last().matches(InboxRecord::hasAttach);
  }

  private static Message deliverAt(String id, Duration after) {
    Message m = message(id, "1");
    long at = FanoutDriver.START.plus(after).toEpochMilli();
    return new Message(
        m.id(),
        m.source(),
        m.type(),
        m.timeMillis(),
        m.urgency(),
        Message.NEVER,
        at,
        null,
        null,
        null,
        null,
        m.payload());
  }

  static UserKey userOf(int partition) {
    for (int i = 0; ; i++) {
      UserKey user = new UserKey("default", "user-" + i);
      if (user.partition(2) == partition) {
        return user;
      }
    }
  }
}
