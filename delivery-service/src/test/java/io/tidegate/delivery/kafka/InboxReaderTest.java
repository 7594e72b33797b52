package io.tidegate.delivery.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Topics;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Kick;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.contract.worker.Drain;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.SlotUp;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.inbox.LoopBatches;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.slot.Load;
import io.tidegate.delivery.slot.Peers;
import io.tidegate.delivery.slot.SlotHost;
import io.tidegate.delivery.slot.SlotLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reader with a Kafka of the test's: one {@code turn()} at a time, events in one list. */
final class InboxReaderTest {
  private static final Load LOAD = new Load(5, 40, 120, false);
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final TopicPartition INBOX = new TopicPartition(TOPICS.inbox(), 3);
  private static final TopicPartition WORKERS = new TopicPartition(TOPICS.workers(), 0);

  private final List<String> events = new ArrayList<>();
  private final MockConsumer<byte[], byte[]> kafka =
      new MockConsumer<>("none") {
        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
            Collection<TopicPartition> partitions, Duration timeout) {
          Map<TopicPartition, Long> ends = super.endOffsets(partitions, timeout);
          events.add("ends captured");
          return ends;
        }
      };

  private long now = TimeUnit.SECONDS.toNanos(1_000);
  private boolean loopBusy;
  private boolean logFull;
  private final List<String> processes = new ArrayList<>();
  private final List<String> letters = new ArrayList<>();
  private final List<Runnable> failures = new ArrayList<>();
  private long inboxOffset = 50;

  private final DeliveryMetrics metrics = new DeliveryMetrics();

  private final KafkaTrouble trouble = new KafkaTrouble(KafkaAccess.plain("kafka:9092"), () -> now);

  private final InboxReader reader =
      new InboxReader(
          kafka,
          TOPICS,
          3,
          new SlotLease("me", TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(10)),
          new Peers(TimeUnit.SECONDS.toNanos(10)),
          new Log(),
          new Sink(),
          new Host(),
          trouble,
          metrics,
          () -> now);

  private final class Log implements WorkerLog {
    @Override
    public boolean slotUp(String process, Runnable failed) {
      events.add("slot up");
      processes.add(process);
      failures.add(failed);
      return !logFull;
    }

    @Override
    public boolean heartbeat(long incarnation, Load load) {
      events.add("beat " + incarnation + " with " + load);
      return true;
    }

    @Override
    public boolean drain(long incarnation) {
      return true;
    }

    @Override
    public boolean deadLetter(DeadLetter letter, Runnable failed) {
      letters.add(
          header(letter, CloudEventHeaders.DEAD_SOURCE)
              + " "
              + header(letter, CloudEventHeaders.DEAD_CAUSE));
      failures.add(failed);
      return true;
    }

    private static String header(DeadLetter letter, String name) {
      return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
  }

  private final class Sink implements InboxSink {
    @Override
    public int loops() {
      return 2;
    }

    @Override
    public boolean offer(int loop, List<Addressed> batch, long timeoutNanos) {
      if (loopBusy) {
        now += timeoutNanos;
        return false;
      }
      events.add("loop " + loop + " " + batch.stream().map(Addressed::n).toList());
      return true;
    }
  }

  private final class Host implements SlotHost {
    @Override
    public void open(long incarnation) {
      events.add("open " + incarnation);
    }

    @Override
    public void fence(String detail) {
      events.add("fence: " + detail);
    }

    @Override
    public Load load() {
      return LOAD;
    }
  }

  @BeforeEach
  void start() {
    kafka.updateEndOffsets(Map.of(INBOX, 50L, WORKERS, 10L));
  }

  // Invariant 14.

  @Test
  void endsShouldBeCapturedBeforeSlotUpAndNothingOpenBeforeItIsSeen() throws Exception {
    // When
    reader.turn();
    reader.turn();

    // Then
    assertThat(events).containsExactly("ends captured", "slot up");
    assertThat(kafka.position(INBOX)).isEqualTo(50);
    assertThat(kafka.position(WORKERS)).isEqualTo(10);
    assertThat(reader.firstHeld()).isNotDone();
    assertThat(reader.status().isHeld()).isFalse();
  }

  @Test
  void ownSlotUpShouldOpenAndBeat() throws Exception {
    // Given
    reader.turn();

    // When
    workers(17, up(processes.getFirst()));
    reader.turn();

    // Then
    assertThat(events)
        .containsExactly("ends captured", "slot up", "open 17", "beat 17 with " + LOAD);
    assertThat(reader.firstHeld()).isCompletedWithValue(17L);
    assertThat(reader.status()).isEqualTo(SlotStatus.held(17));
  }

  @Test
  void failureToCaptureShouldBeTriedAgain() throws Exception {
    // Given
    kafka.setOffsetsException(new KafkaException("away"));
    reader.turn();

    // When
    reader.turn();

    // Then
    assertThat(events).containsExactly("ends captured", "slot up");
  }

  @Test
  void slotUpThatCouldNotBeWrittenShouldBeRepeated() throws Exception {
    // Given
    reader.turn();

    // When
    failures.getFirst().run();
    reader.turn();

    // Then
    assertThat(events).containsExactly("ends captured", "slot up", "ends captured", "slot up");
    assertThat(processes).doesNotHaveDuplicates();
  }

  @Test
  void commandsShouldGoToTheLoopsOfTheirSessionsInOneBatchEach() throws Exception {
    // Given
    hold();

    // When
    inbox(17, 4);
    inbox(17, 5);
    inbox(17, 6);
    reader.turn();

    // Then
    assertThat(events).containsExactly("loop 0 [4, 6]", "loop 1 [5]");
  }

  @Test
  void higherIncarnationShouldCloseEverything() throws Exception {
    // Given
    hold();

    // When
    workers(18, up("other"));
    inbox(17, 4);
    reader.turn();

    // Then
    assertThat(events).containsExactly("fence: another worker holds slot 3");
    assertThat(reader.status()).isEqualTo(SlotStatus.LOST);
  }

  @Test
  void inboxRecordForHigherIncarnationShouldCloseEverything() throws Exception {
    // Given
    hold();

    // When
    inbox(18, 4);
    reader.turn();

    // Then
    assertThat(events).containsExactly("fence: another worker holds slot 3");
  }

  @Test
  void recordsOfOtherSlotsShouldNotMatter() throws Exception {
    // Given
    hold();

    // When
    kafka.addRecord(
        new ConsumerRecord<>(
            WORKERS.topic(), 0, 18, "4".getBytes(UTF_8), up("other").toByteArray()));
    reader.turn();

    // Then
    assertThat(events).isEmpty();
  }

  @Test
  void workerWithFewestConnectionsShouldBeKnown() throws Exception {
    // Given
    hold();
    assertThat(reader.fewestElsewhere()).isEqualTo(Integer.MAX_VALUE);

    // When: two say how many they have, one of them that it takes no more, one drains
    peer(18, "4", beat(900, false));
    peer(19, "5", beat(300, true));
    peer(20, "6", beat(200, false));
    peer(21, "6", WorkerRecord.newBuilder().setDrain(Drain.getDefaultInstance()).build());
    kafka.addRecord(
        new ConsumerRecord<>(WORKERS.topic(), 0, 22, "7".getBytes(UTF_8), new byte[] {1}));
    now += TimeUnit.SECONDS.toNanos(2);
    reader.turn();

    // Then
    assertThat(reader.fewestElsewhere()).isEqualTo(900);
    assertThat(letters).isEmpty();
  }

  private void peer(long offset, String slot, WorkerRecord record) {
    kafka.addRecord(
        new ConsumerRecord<>(
            WORKERS.topic(), 0, offset, slot.getBytes(UTF_8), record.toByteArray()));
  }

  private static WorkerRecord beat(int connections, boolean full) {
    return WorkerRecord.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setConnections(connections).setFull(full))
        .build();
  }

  // Invariant 16.

  @Test
  void tenSecondsWithoutRoundTripShouldCloseEverythingUntilKafkaAnswers() throws Exception {
    // Given
    hold();

    // When
    now += TimeUnit.SECONDS.toNanos(10);
    reader.turn();
    now += TimeUnit.SECONDS.toNanos(2);
    reader.turn();
    workers(18, beat(17));
    reader.turn();
    workers(19, up(processes.getLast()));
    reader.turn();

    // Then
    assertThat(events)
        .containsExactly(
            "fence: no round trip to Kafka",
            "beat 17 with " + LOAD,
            "ends captured",
            "slot up",
            "open 19",
            "beat 19 with " + LOAD);
  }

  @Test
  void busyLoopShouldNotKeepTheWorkerFromFencingItself() throws Exception {
    // Given
    hold();
    loopBusy = true;

    // When
    inbox(17, 4);
    reader.turn();

    // Then
    assertThat(events).contains("fence: no round trip to Kafka").doesNotContain("loop 0 [4]");
  }

  @Test
  void recordsRemovedUnreadShouldCloseEverything() throws Exception {
    // Given
    hold();
    kafka.updateBeginningOffsets(Map.of(INBOX, 400L, WORKERS, 0L));

    // When
    kafka.setPollException(new OffsetOutOfRangeException(Map.of(INBOX, 50L)));
    reader.turn();

    // Then
    assertThat(events).containsExactly("fence: inbox records were removed unread");
  }

  // What cannot be read.

  @Test
  void unreadableRecordShouldBecomeADeadLetterAndTheNextBeObeyed() throws Exception {
    // Given
    hold();

    // When
    unreadable(1);
    inbox(17, 4);
    reader.turn();

    // Then
    assertThat(events).containsExactly("loop 0 [4]");
    assertThat(letters)
        .singleElement()
        .asString()
        .startsWith("tidegate.inbox/3/50 unreadable: value: no InboxRecord: ");
  }

  @Test
  void recordWithoutACommandShouldBecomeADeadLetter() throws Exception {
    // Given
    hold();

    // When
    kafka.addRecord(record(INBOX, inboxOffset++, kick(17, 4).clearCommand()));
    reader.turn();

    // Then
    assertThat(letters)
        .containsExactly("tidegate.inbox/3/50 unreadable: command: missing, or of a newer version");
  }

  @Test
  void unreadableWorkerRecordShouldBecomeADeadLetter() throws Exception {
    // Given
    hold();

    // When
    kafka.addRecord(
        new ConsumerRecord<>(WORKERS.topic(), 0, 18, "3".getBytes(UTF_8), new byte[] {-1}));
    reader.turn();

    // Then
    assertThat(letters)
        .singleElement()
        .asString()
        .startsWith("tidegate.workers/0/18 unreadable: value: no WorkerRecord: ");
  }

  @Test
  void deadLettersShouldBeTenAtOnceAndThenOneASecond() throws Exception {
    // Given
    hold();

    // When
    unreadable(1_000);
    reader.turn();
    int first = letters.size();
    now += TimeUnit.SECONDS.toNanos(2);
    unreadable(1_000);
    reader.turn();

    // Then
    assertThat(first).isEqualTo(10);
    assertThat(letters).hasSize(12);
    assertThat(metrics.scrape()).contains("tidegate_delivery_records_unreadable_total 2000.0");
  }

  @Test
  void deadLetterThatCouldNotBeWrittenShouldBeTheLastForAMinute() throws Exception {
    // Given
    hold();
    unreadable(1);
    reader.turn();

    // When
    failures.getLast().run();
    now += TimeUnit.SECONDS.toNanos(5);
    unreadable(1);
    reader.turn();
    int before = letters.size();
    now += TimeUnit.SECONDS.toNanos(4);
    workers(18, beat(17));
    reader.turn();
    now += TimeUnit.SECONDS.toNanos(60);
    unreadable(1);
    reader.turn();

    // Then
    assertThat(before).isEqualTo(1);
    assertThat(letters).hasSize(2);
  }

  @Test
  void refusedLoginShouldBeKnownUntilARecordIsRead() throws Exception {
    // Given
    hold();

    // When
    kafka.setPollException(new SaslAuthenticationException("no"));
    reader.turn();

    // Then
    assertThat(trouble.refusal())
        .isEqualTo("Kafka wants a login, and TIDEGATE_KAFKA_CONFIG is to say which: no");
    reader.turn();
    assertThat(trouble.refusal()).isNotEmpty();
    inbox(17, 4);
    reader.turn();
    assertThat(trouble.refusal()).isEmpty();
  }

  @Test
  void onlyLiveShouldBeTakenFromTheLiveTopic() throws Exception {
    // Given
    TopicPartition live = new TopicPartition(TOPICS.live(), 3);
    MockConsumer<byte[], byte[]> liveKafka = new MockConsumer<>("latest");
    LiveReader liveReader =
        new LiveReader(
            liveKafka,
            TOPICS,
            3,
            new Sink(),
            new DeadLetters(new Log(), metrics, () -> now),
            trouble,
            metrics);
    liveKafka.updateEndOffsets(Map.of(live, 7L));
    liveReader.place(Duration.ofSeconds(1));

    // When
    liveKafka.addRecord(record(live, 7, kick(17, 4)));
    liveKafka.addRecord(record(live, 8, kick(17, 5).setLive(LiveDeliver.getDefaultInstance())));
    liveKafka.addRecord(new ConsumerRecord<>(live.topic(), 3, 9, null, null));
    liveReader.turn();

    // Then
    assertThat(events).containsExactly("loop 1 [5]");
    assertThat(letters)
        .containsExactly(
            "tidegate.live/3/7 unreadable: command: only live is one of this topic",
            "tidegate.live/3/9 unreadable: value: missing");
  }

  private void unreadable(int count) {
    for (int i = 0; i < count; i++) {
      kafka.addRecord(
          new ConsumerRecord<>(INBOX.topic(), 3, inboxOffset++, null, new byte[] {(byte) 0xff}));
    }
  }

  private void hold() throws InterruptedException {
    reader.turn();
    workers(17, up(processes.getFirst()));
    reader.turn();
    events.clear();
  }

  private void workers(long offset, WorkerRecord record) {
    kafka.addRecord(
        new ConsumerRecord<>(
            WORKERS.topic(), 0, offset, "3".getBytes(UTF_8), record.toByteArray()));
  }

  private static WorkerRecord beat(long incarnation) {
    return WorkerRecord.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setIncarnation(incarnation))
        .build();
  }

  private static WorkerRecord up(String process) {
    return WorkerRecord.newBuilder().setUp(SlotUp.newBuilder().setProcess(process)).build();
  }

  private void inbox(long incarnation, long n) {
    kafka.addRecord(record(INBOX, inboxOffset++, kick(incarnation, n)));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, InboxRecord.Builder command) {
    byte[] value = command.setUser("default/alice").build().toByteArray();
    return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, value);
  }

  private static InboxRecord.Builder kick(long incarnation, long n) {
    return InboxRecord.newBuilder()
        .setIncarnation(incarnation)
        .setSession(n)
        .setKick(Kick.newBuilder().setCode(4500));
  }

  @Test
  void batchesShouldKeepTheOrderOfASession() {
    // Given
    LoopBatches batches = new LoopBatches(2);

    // When
    for (int i = 0; i < 5; i++) {
      batches.add(new Addressed(1, 3, "u" + i, new InboxCommand.Kick(i)));
    }

    // Then
    assertThat(batches.all().iterator().next().getValue())
        .extracting(Addressed::user)
        .containsExactly("u0", "u1", "u2", "u3", "u4");
  }
}
