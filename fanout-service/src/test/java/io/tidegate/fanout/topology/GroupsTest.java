package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.DeliverMany;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Target;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsTest {
  private static final GroupKey GROUP = new GroupKey("default", "g");

  /** Longer than expansions ever wait for their turn. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final Recipient TO_GROUP = new Recipient.Group(GROUP);

  @TempDir Path folder;
  private FanoutDriver fanout;

  @BeforeEach
  void start() {
    fanout = new FanoutDriver(folder);
  }

  @AfterEach
  void stop() {
    fanout.close();
  }

  private static UserKey user(int i) {
    return new UserKey("default", "u" + i);
  }

  @Test
  void messageForAGroupShouldReachItsMembersInOneRecordPerWorker() {
    // Given
    for (int i = 0; i < 4; i++) {
      fanout.joins(GROUP, user(i));
      fanout.sessionUp(user(i), 0, i + 1);
    }
    fanout.sessionUp(user(9), 0, 9);
    fanout.leaves(GROUP, user(3));
    fanout.inbox();

    // When
    fanout.send(TO_GROUP, message("m1", "1"));

    // Then
    List<InboxRecord> records = fanout.inbox();
    assertThat(records).hasSize(1);
    DeliverMany many = records.getFirst().getMany();
    assertThat(records.getFirst().getIncarnation()).isEqualTo(7);
    assertThat(many.getMessage().getId()).isEqualTo("m1");
    assertThat(many.getMessage().getPayload().toStringUtf8()).isEqualTo("1");
    assertThat(many.getTargetsList())
        .extracting(Target::getUser)
        .containsExactly("default/u0", "default/u1", "default/u2");
    assertThat(many.getTargetsList()).extracting(Target::getSeq).containsOnly(1L);
    assertThat(fanout.count("group.reached")).isEqualTo(3);
    assertThat(fanout.count("members", "change", "joined")).isEqualTo(4);
    assertThat(fanout.count("members", "change", "left")).isEqualTo(1);
  }

  @Test
  void originalShouldGoToEveryPartitionOnce() {
    // Given
    fanout.close();
    fanout = new FanoutDriver(folder, 3, UserHandler.sequencer(SequencerSettings.defaults()));
    Headers headers = CloudEventCodec.headers(TO_GROUP, message("m1", "1"));

    // When: the driver brings what is written to its own input back by itself
    fanout.send(TO_GROUP.key(), headers, "1".getBytes(UTF_8));

    // Then
    List<TestRecord<byte[], byte[]>> copies = fanout.again();
    assertThat(copies)
        .extracting(it -> FanoutDriver.header(it, CloudEventHeaders.COPY))
        .containsExactly("0", "1", "2");
    assertThat(copies).extracting(TestRecord::key).containsOnly(TO_GROUP.key());
    assertThat(fanout.count("group.messages")).isEqualTo(1);
    // Those of the other two partitions came to this one too, which no broker would do.
    assertThat(fanout.count("group.copies")).isEqualTo(1);
    assertThat(fanout.deadCauses()).containsExactly("misrouted", "misrouted");
  }

  @Test
  void repetitionShouldReachNobodyAgain() {
    // Given
    fanout.joins(GROUP, user(1));
    fanout.sessionUp(user(1), 0, 1);
    fanout.send(TO_GROUP, message("m1", "1"));
    fanout.inbox();

    // When
    fanout.send(TO_GROUP, message("m1", "1"));

    // Then
    assertThat(fanout.inbox()).isEmpty();
    assertThat(fanout.count("group.repeated")).isEqualTo(1);
  }

  @Test
  void largeGroupShouldGoOnByItselfAndEndWithoutATimer() {
    // Given
    int members = 10 * Expander.MAX_USERS;
    for (int i = 0; i < members; i++) {
      fanout.joins(GROUP, user(i));
    }
    fanout.sessionUp(user(members - 1), 0, 1);
    fanout.inbox();

    // When
    fanout.send(TO_GROUP, message("m1", "1"));
    assertThat(fanout.registry.get("tidegate.fanout.group.under.way").gauge().value()).isEqualTo(1);
    fanout.advance(SOON);

    // Then: who has a session does not wait for the others
    assertThat(fanout.inbox()).hasSize(1);
    assertThat(fanout.count("group.reached")).isLessThan(members);

    // When
    for (int i = 0; i < 10_000 && fanout.count("group.reached") < members; i++) {
      fanout.advance(SOON);
    }
    fanout.advance(SOON);

    // Then
    assertThat(fanout.count("group.reached")).isEqualTo(members);
    assertThat(fanout.registry.get("tidegate.fanout.group.under.way").gauge().value()).isZero();
    fanout.sessionUp(user(0), 0, 2);
    assertThat(fanout.inbox()).hasSize(2);
  }

  @Test
  void messageOfTtlZeroShouldGoToTheLiveTopicInOneRecord() {
    // Given
    for (int i = 0; i < 3; i++) {
      fanout.joins(GROUP, user(i));
    }
    fanout.sessionUp(user(0), 0, 1);
    fanout.sessionUp(user(1), 0, 2);
    fanout.inbox();
    Message message = message("now", "1").expiringAt(FanoutDriver.START.toEpochMilli());

    // When
    fanout.send(TO_GROUP, message);

    // Then
    assertThat(fanout.live()).hasSize(1);
    assertThat(fanout.live().getFirst().getMany().getTargetsList())
        .extracting(Target::getSession)
        .containsExactly(1L, 2L);
    assertThat(fanout.inbox()).isEmpty();
    assertThat(fanout.outcomes()).hasSize(2);
  }

  @Test
  void everyoneShouldBeReachedByTheSubjectAll() {
    // Given
    fanout.sessionUp(user(1), 0, 1);
    fanout.sessionUp(new UserKey("other", "u1"), 0, 2);
    fanout.inbox();

    // When
    fanout.send(new Recipient.Everyone("default"), message("m1", "1"));
    fanout.advance(SOON);
    fanout.advance(SOON);

    // Then
    assertThat(fanout.inbox())
        .flatExtracting(it -> it.getMany().getTargetsList())
        .extracting(Target::getSession)
        .containsExactly(1L);
  }

  @Test
  void membershipThatCannotBeReadShouldBecomeADeadLetterAndHarmNobody() {
    // When
    fanout.member(null, new byte[0]);
    fanout.member("default/only-two".getBytes(UTF_8), new byte[0]);
    fanout.member("default/g/u1".getBytes(UTF_8), "{}".getBytes(UTF_8));
    fanout.sessionUp(user(1), 0, 1);
    fanout.inbox();
    fanout.send(TO_GROUP, message("m1", "1"));

    // Then
    assertThat(fanout.deadCauses()).containsExactly("key", "key");
    assertThat(fanout.inbox()).hasSize(1);
  }

  @Test
  void membershipInTheWrongPartitionShouldBecomeADeadLetter() {
    // Given
    fanout.close();
    fanout = new FanoutDriver(folder, 2, UserHandler.sequencer(SequencerSettings.defaults()));

    // When: one of these is of the other partition
    for (int i = 0; i < 8; i++) {
      fanout.joins(GROUP, user(i));
    }

    // Then
    assertThat(fanout.deadCauses()).isNotEmpty().containsOnly("misrouted");
    assertThat(fanout.count("members", "change", "joined"))
        .isEqualTo(8 - fanout.count("dead.letters", "cause", "misrouted"));
  }

  @Test
  void faultWithOneMemberShouldBecomeItsDeadLetterAlone() {
    // Given: the state of one member is not readable
    for (int i = 0; i < 3; i++) {
      fanout.joins(GROUP, user(i));
      if (i != 1) {
        fanout.sessionUp(user(i), 0, i + 1);
      }
    }
    fanout.inbox();
    fanout
        .store()
        .put(
            org.apache.kafka.common.utils.Bytes.wrap(io.tidegate.fanout.store.Keys.user(user(1))),
            new byte[] {(byte) 0xFF});

    // When
    fanout.send(TO_GROUP, message("m1", "1"));

    // Then
    assertThat(fanout.inbox().getFirst().getMany().getTargetsList())
        .extracting(Target::getUser)
        .containsExactly("default/u0", "default/u2");
    assertThat(fanout.deadCauses()).containsExactly("internal");
    assertThat(fanout.outcomes())
        .extracting(it -> it.kind().label())
        .containsExactly("dead_lettered");
  }

  @Test
  void smallGroupIsWhatIsReachedAtOnce() {
    assertThat(Expansions.SMALL).isLessThan(Expander.MAX_USERS);
  }
}
