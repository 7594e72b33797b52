package io.tidegate.contract.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicTableIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka kafka;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final String topic = "table-" + TOPICS.incrementAndGet();

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new JvmKafka(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic() throws Exception {
    create(1);
  }

  @Test
  void everyChangeShouldBeToldInOrderAndThenWhatComes() throws Exception {
    // Given
    write(kafka, "a", "1");
    write(kafka, "b", "2");
    write(kafka, "a", "3");

    try (TopicTable table = open(kafka, this::hear)) {
      // When
      boolean caughtUp = table.awaitCaughtUp(LONG);
      List<String> before = List.copyOf(told);
      long offset = write(kafka, "b", null);

      // Then
      assertThat(caughtUp).isTrue();
      assertThat(before).containsExactly("a=1@0", "b=2@1", "a=3@2");
      assertThat(table.awaitTold(offset, LONG)).isTrue();
      assertThat(told).endsWith("b=null@3");
      assertThat(table.position()).isEqualTo(4);
      assertThat(table.awaitTold(4, Duration.ofMillis(50))).isFalse();
    }
  }

  @Test
  void emptyTopicShouldBeKnownAtOnce() throws Exception {
    try (TopicTable table = open(kafka, this::hear)) {
      assertThat(table.awaitCaughtUp(LONG)).isTrue();
      assertThat(told).isEmpty();
      assertThat(table.position()).isZero();
    }
  }

  @Test
  void abortedRecordsShouldNotBeToldNorKeepTheEndAway() throws Exception {
    // Given
    try (KafkaProducer<String, String> producer = producer(kafka, "transactional.id", topic)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "a", "kept")).get();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "a", "aborted")).get();
      producer.abortTransaction();
    }

    // When
    try (TopicTable table = open(kafka, this::hear)) {
      // Then
      assertThat(table.awaitCaughtUp(LONG)).isTrue();
      assertThat(told).containsExactly("a=kept@0");
    }
  }

  @Test
  void recordThatCannotBeTakenShouldBeSkippedAndCounted() throws Exception {
    // Given
    write(kafka, "a", "1");
    write(kafka, "b", "bad");
    write(kafka, null, "no key");
    write(kafka, "c", "3");

    // When
    try (TopicTable table =
        open(
            kafka,
            (key, value, offset) -> {
              if ("bad".equals(text(value))) {
                throw new IllegalArgumentException("bad");
              }
              hear(key, value, offset);
            })) {
      // Then
      assertThat(table.awaitCaughtUp(LONG)).isTrue();
      assertThat(told).containsExactly("a=1@0", "c=3@3");
      assertThat(table.skipped()).isEqualTo(2);
      assertThat(table.awaitTold(write(kafka, "d", "4"), LONG)).isTrue();
      assertThat(told).endsWith("d=4@4");
    }
  }

  @Test
  void topicMadeAnewShouldBeToldAnewAndTheRestAsGone() throws Exception {
    // Given
    write(kafka, "a", "1");
    write(kafka, "b", "2");
    write(kafka, "c", "3");
    try (TopicTable table = open(kafka, this::hear)) {
      assertThat(table.awaitCaughtUp(LONG)).isTrue();

      // When
      try (Admin admin = admin()) {
        admin.deleteTopics(List.of(topic)).all().get();
      }
      create(1);
      write(kafka, "b", "new");

      // Then
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  // Whether it saw the new topic while that was empty is a matter of luck: then it
                  // told b as gone too, before it told the new one.
                  assertThat(lastTold()).isEqualTo(Map.of("a", "null", "b", "new", "c", "null")));
    }
  }

  /** What is known of each key to who heard everything. */
  private Map<String, String> lastTold() {
    Map<String, String> last = new HashMap<>();
    for (String each : told) {
      int equals = each.indexOf('=');
      last.put(each.substring(0, equals), each.substring(equals + 1, each.lastIndexOf('@')));
    }
    return last;
  }

  @Test
  void topicOfMorePartitionsShouldNeverCountAsKnown() throws Exception {
    // Given
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic + "-wide", 2, (short) 1))).all().get();
    }

    // When
    try (TopicTable table =
        TopicTable.open(
            KafkaAccess.plain(kafka.bootstrapServers()), topic + "-wide", topic, this::hear)) {
      // Then
      assertThat(table.awaitCaughtUp(Duration.ofSeconds(1))).isFalse();
    }
  }

  @Test
  void tableShouldOutliveKafkasAbsence(@TempDir Path own) throws Exception {
    try (JvmKafka mortal = new JvmKafka(own)) {
      // Given
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", mortal.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      }
      write(mortal, "a", "1");
      try (TopicTable before = open(mortal, this::hear)) {
        assertThat(before.awaitCaughtUp(LONG)).isTrue();
        mortal.stop();

        // When
        List<String> late = new CopyOnWriteArrayList<>();
        try (TopicTable meanwhile =
            open(mortal, (key, value, offset) -> late.add(change(key, value, offset)))) {
          boolean without = meanwhile.awaitCaughtUp(Duration.ofSeconds(1));
          mortal.restart();
          long offset = write(mortal, "b", "2");

          // Then
          assertThat(without).isFalse();
          assertThat(before.awaitTold(offset, LONG)).isTrue();
          assertThat(told).containsExactly("a=1@0", "b=2@1");
          assertThat(meanwhile.awaitCaughtUp(LONG)).isTrue();
          assertThat(meanwhile.awaitTold(offset, LONG)).isTrue();
          assertThat(late).containsExactly("a=1@0", "b=2@1");
        }
      }
    }
  }

  @Test
  void closeShouldBeQuickWhileThereIsNoKafkaAndLeaveNoThread() throws Exception {
    // Given
    String nobody = "127.0.0.1:" + JvmKafka.freePort();
    TopicTable table =
        TopicTable.open(KafkaAccess.plain(nobody), topic, "absent-" + topic, this::hear);
    table.awaitCaughtUp(Duration.ofMillis(300));

    // When
    long start = System.nanoTime();
    table.close();
    table.close();

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.contains("absent-" + topic));
  }

  private void hear(byte[] key, byte @Nullable [] value, long offset) {
    told.add(change(key, value, offset));
  }

  private static String change(byte[] key, byte @Nullable [] value, long offset) {
    return text(key) + "=" + text(value) + "@" + offset;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private TopicTable open(JvmKafka at, TopicTable.Listener listener) {
    return TopicTable.open(KafkaAccess.plain(at.bootstrapServers()), topic, topic, listener);
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** Kafka deletes in the background, so that the name may be taken for a moment. */
  private void create(int partitions) {
    try (Admin admin = admin()) {
      await()
          .atMost(LONG)
          .ignoreExceptions()
          .until(
              () ->
                  admin
                      .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                      .topicId(topic)
                      .get(),
              id -> id != null);
    }
  }

  /** The offset. */
  private long write(JvmKafka at, @Nullable String key, @Nullable String value) throws Exception {
    try (KafkaProducer<String, String> producer = producer(at, "acks", "all")) {
      return producer.send(new ProducerRecord<>(topic, key, value)).get().offset();
    }
  }

  private static KafkaProducer<String, String> producer(JvmKafka at, String setting, String value) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", at.bootstrapServers(), setting, value),
        new StringSerializer(),
        new StringSerializer());
  }
}
