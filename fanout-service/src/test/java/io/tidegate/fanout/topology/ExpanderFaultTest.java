package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages for many where something fails: at one of them, at the beginning, or Kafka itself. */
final class ExpanderFaultTest {
  private static final GroupKey GROUP = new GroupKey("default", "g");
  private static final Recipient TO_GROUP = new Recipient.Group(GROUP);

  /** Too many to be come to at once. */
  private static final int MANY = 100;

  private static final UserKey BAD = user(70);

  private final MemberProbe core = new MemberProbe();
  @TempDir private Path folder;
  private FanoutDriver fanout;

  @BeforeEach
  void start() {
    fanout = new FanoutDriver(folder, 1, core);
  }

  @AfterEach
  void stop() {
    fanout.close();
  }

  private static UserKey user(int i) {
    return new UserKey("default", "u" + i);
  }

  private void join(int members) {
    for (int i = 0; i < members; i++) {
      fanout.joins(GROUP, user(i));
    }
  }

  private void fail(RuntimeException fault) {
    core.before =
        arrival -> {
          if (arrival.user().equals(BAD)) {
            throw fault;
          }
        };
  }

  private void goOn() {
    for (int i = 0; i < 10; i++) {
      fanout.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void memberThatFailsShouldBeEndedOnceAndTheOthersReached() {
    // Given
    join(MANY);
    fail(new IllegalStateException("seam"));

    // When
    fanout.send(TO_GROUP, message("m1", "1"));
    goOn();

    // Then
    badIsEndedOnce();
    assertThat(fanout.count("group.reached")).isEqualTo(MANY - 1);
    assertThat(references(1)).isEqualTo(MANY - 1);
  }

  @Test
  void memberThatIsPassedTwiceShouldBeEndedOnce() {
    // Given one with a session, which is come to first, and again with all
    join(MANY);
    fanout.sessionUp(BAD, 0, 1);
    fail(new IllegalStateException("seam"));

    // When
    fanout.send(TO_GROUP, message("m1", "1"));
    goOn();

    // Then
    badIsEndedOnce();
    assertThat(references(1)).isEqualTo(MANY - 1);
  }

  @Test
  void memberThatFailsOnceShouldNotGetWhatItsDeadLetterSays() {
    // Given
    join(MANY);
    fanout.sessionUp(BAD, 0, 1);
    fanout.inbox();
    fail(new IllegalStateException("seam"));

    // When it would work again later
    fanout.send(TO_GROUP, message("m1", "1"));
    fanout.send(BAD, message("m2", "1"));
    core.before = _ -> {};
    goOn();

    // Then its one outcome holds, and what comes after goes on
    badIsEndedOnce();
    assertThat(fanout.count("group.reached")).isEqualTo(MANY - 1);
    assertThat(fanout.inbox())
        .flatExtracting(it -> it.getDeliver().getMessagesList())
        .extracting(it -> it.getId())
        .containsExactly("m2");
  }

  @Test
  void messageThatCannotBeTakenUpShouldBeADeadLetterAndMayComeAgain() {
    // Given a group whose record cannot be read
    join(2);
    fanout.sessionUp(user(1), 0, 1);
    Bytes key = Bytes.wrap(Keys.group(GROUP));
    byte[] whole = fanout.store().get(key);
    fanout.store().put(key, new byte[] {(byte) 0xFF});
    fanout.send(TO_GROUP, message("m1", "1"));
    assertThat(fanout.deadCauses()).containsExactly("internal");
    fanout.inbox();

    // When it is sent again after the fault is mended
    fanout.store().put(key, whole);
    fanout.send(TO_GROUP, message("m1", "1"));

    // Then no dedupe holds it back
    assertThat(fanout.inbox()).hasSize(1);
    assertThat(fanout.count("group.reached")).isEqualTo(2);
  }

  @Test
  void faultOfKafkaShouldStopTheTaskAndBlameNobody() {
    // Given
    join(MANY);
    fail(new ProcessorStateException("disk"));
    fanout.send(TO_GROUP, message("m1", "1"));

    // When
    assertThatThrownBy(this::goOn)
        // Then
        .isInstanceOf(StreamsException.class);
    assertThat(fanout.deadLetters()).isEmpty();
    assertThat(fanout.outcomes()).isEmpty();
  }

  @Test
  void faultOfKafkaWithASmallGroupShouldStopTheTaskAndBlameNobody() {
    // Given
    fanout.joins(GROUP, BAD);
    fail(new ProcessorStateException("disk"));

    // When
    assertThatThrownBy(() -> fanout.send(TO_GROUP, message("m1", "1")))
        // Then
        .isInstanceOf(StreamsException.class);
    assertThat(fanout.deadLetters()).isEmpty();
    assertThat(fanout.outcomes()).isEmpty();
  }

  private void badIsEndedOnce() {
    assertThat(fanout.deadLetters())
        .extracting(
            it -> new String(it.key(), UTF_8),
            it -> FanoutDriver.header(it, "tidegate_source").replaceAll("/[0-9]+$", ""))
        .containsExactly(tuple(BAD.toString(), "tidegate.messages/0"));
    assertThat(fanout.outcomes())
        .extracting(Outcome::messageId, Outcome::kind, Outcome::reason)
        .containsExactly(tuple("m1", Outcome.Kind.DEAD_LETTERED, Outcome.Reason.INTERNAL));
  }

  private long references(long shared) {
    return ByteBuffer.wrap(fanout.store().get(Bytes.wrap(Keys.references(shared)))).getLong();
  }
}
