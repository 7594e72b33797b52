package io.tidegate.fanout.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.recorded.Simulator.Started;
import io.tidegate.fanout.rehearsal.Result.Ending;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.testkafka.JvmKafka;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulations over what lies in a real Kafka. */
final class SimulatorIT {
  private static final int PARTITIONS = 3;
  private static final long LONG_SECONDS = 60;
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** Long ago, so that what is recorded now is out of the range. */
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final UserKey BOB = new UserKey("default", "bob");
  private static final String ONE_A_MINUTE = "{\"limits\":[{\"limit\":1,\"window\":\"PT1M\"}]}";

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka kafka;

  private final Topics topics = new Topics("simulation" + PREFIXES.incrementAndGet());
  private final PolicyBook policies = new PolicyBook(Policy.NONE);
  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new JvmKafka(folder);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  // The times of the tests are long ago, and retention would take them at once.
                  new NewTopic(topics.messages(), PARTITIONS, (short) 1)
                      .configs(Map.of("retention.ms", "-1")),
                  new NewTopic(topics.users(), PARTITIONS, (short) 1)))
          .all()
          .get(LONG_SECONDS, TimeUnit.SECONDS);
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    open.add(producer);
  }

  @AfterEach
  void closeEverything() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void rangeShouldBePlayedInTheOrderOfItsTimesOverAllPartitions() throws Exception {
    // Given: 20 users, 10 messages a second apart for each, written partition by partition
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int i = 0; i < 10; i++) {
        for (int n = 0; n < 20; n++) {
          UserKey user = new UserKey("default", "u" + n);
          if (user.partition(PARTITIONS) == partition) {
            write(user, "m" + i, NOON.plusSeconds(i));
          }
        }
      }
    }
    write(ALICE, "before", NOON.minusMillis(1));
    write(ALICE, "at-the-end", NOON.plusSeconds(60));
    Simulator simulator = simulator(generous());
    Map<TopicPartition, Long> before = ends();

    // When
    Report report = run(simulator, request("default", ONE_A_MINUTE, 1_000_000));

    // Then
    assertThat(report.messages()).isEqualTo(200);
    assertThat(report.users()).isEqualTo(20);
    assertThat(report.firstAt()).isEqualTo(NOON);
    assertThat(report.lastAt()).isEqualTo(NOON.plusSeconds(9));
    assertThat(report.cutShort()).isNull();
    assertThat(report.skipped()).isEqualTo(new Skipped(0, 0, 0, 0, 0, 0));
    assertThat(report.current().name()).isEqualTo("built-in");
    assertThat(report.current().result().atOnce()).isEqualTo(200);
    assertThat(report.current().result().pushes()).isEqualTo(200);
    // One at once, the others together a minute later.
    assertThat(report.candidate().result().atOnce()).isEqualTo(20);
    assertThat(report.candidate().result().delayed()).isEqualTo(180);
    assertThat(report.candidate().result().pushes()).isEqualTo(40);
    assertThat(report.candidate().result().delay().maxMillis()).isEqualTo(59_000);
    // Nothing was written, to no topic, by nobody in any group.
    assertThat(ends()).isEqualTo(before);
    assertThat(groups()).isEmpty();
  }

  @Test
  void whatIsNoMessageOfAUserShouldBeSkippedAndCounted() throws Exception {
    // Given
    Message message = message("m", NOON);
    write(ALICE, "m", NOON);
    write(ALICE, "m", NOON.plusSeconds(1));
    write(new UserKey("other", "alice"), "m", NOON);
    Recipient group = new Recipient.Group(new GroupKey("default", "g"));
    write(group.key(), CloudEventCodec.headers(group, message), new byte[2], null, NOON);
    Recipient all = new Recipient.Everyone("default");
    write(all.key(), CloudEventCodec.headers(all, message), new byte[2], null, NOON);
    Headers copy = CloudEventCodec.headers(BOB, message);
    copy.add(CloudEventHeaders.COPY, "0".getBytes(UTF_8));
    write(BOB.toBytes(), copy, "1".getBytes(UTF_8), null, NOON);
    int wrong = (BOB.partition(PARTITIONS) + 1) % PARTITIONS;
    write(BOB.toBytes(), CloudEventCodec.headers(BOB, message), "1".getBytes(UTF_8), wrong, NOON);
    write(
        BOB.toBytes(),
        CloudEventCodec.headers(BOB, message),
        "no JSON".getBytes(UTF_8),
        null,
        NOON);
    write("no-slash".getBytes(UTF_8), CloudEventCodec.headers(BOB, message), null, null, NOON);

    // When
    Report report = run(simulator(generous()), request("default", "{}", 1_000_000));

    // Then
    assertThat(report.messages()).isEqualTo(1);
    assertThat(report.skipped()).isEqualTo(new Skipped(3, 0, 1, 1, 1, 2));
  }

  @Test
  void settingsOfUsersShouldDecideWhomItConcerns() throws Exception {
    // Given
    policies.put(new PolicyKey("default", "gentle"), Policy.parse("{}"), 1);
    set(ALICE, "{\"policy\":\"gentle\"}");
    set(BOB, "{\"policy\":\"gentle\"}");
    set(BOB, null);
    set(new UserKey("default", "carol"), "no settings");
    write(ALICE, "a", NOON);
    write(BOB, "b", NOON);

    // When
    Report report =
        run(
            simulator(generous()),
            request(
                "gentle",
                "{\"caps\":[{\"name\":\"none\",\"limit\":1,\"per\":\"day\"}],"
                    + "\"quiet_hours\":[{\"from\":\"12:00\",\"until\":\"13:00\"}]}",
                1_000_000));

    // Then
    assertThat(report.settings()).isEqualTo(new Report.Settings(1, true, 1));
    assertThat(report.messages()).isEqualTo(1);
    assertThat(report.skipped().otherPolicies()).isEqualTo(1);
    assertThat(report.current().name()).isEqualTo("gentle");
    assertThat(report.current().version()).isEqualTo(1);
    assertThat(report.candidate().result().delay().maxMillis())
        .isEqualTo(Duration.ofHours(1).toMillis());
  }

  @Test
  void boundsShouldCutItShortAndSayAtWhich() throws Exception {
    // Given
    for (int i = 0; i < 30; i++) {
      write(new UserKey("default", "u" + i), "m", NOON.plusSeconds(i));
    }
    SimulationBounds g = generous();
    Duration time = g.maxTime();

    // When
    Report ten = run(simulator(g), request("default", "{}", 10));
    Report exactly = run(simulator(g), request("default", "{}", 30));
    Report users =
        run(
            simulator(new SimulationBounds(5, g.maxKeptBytes(), g.maxReadBytes(), time, 1_000)),
            request("default", "{}", 100));
    Report memory =
        run(
            simulator(new SimulationBounds(100, 6_000, g.maxReadBytes(), time, 1_000)),
            request("default", "{}", 100));
    Report bytes =
        run(
            simulator(new SimulationBounds(100, g.maxKeptBytes(), 20, time, 1_000)),
            request("default", "{}", 100));
    Report late =
        run(
            simulator(
                new SimulationBounds(
                    100, g.maxKeptBytes(), g.maxReadBytes(), Duration.ZERO, 1_000)),
            request("default", "{}", 100));

    // Then
    assertThat(ten.messages()).isEqualTo(10);
    assertThat(ten.cutShort())
        .isEqualTo(new Report.CutShort("messages", "10 are the most", NOON.plusSeconds(9)));
    assertThat(ten.current().result().atOnce()).isEqualTo(10);
    assertThat(exactly.cutShort()).isNull();
    assertThat(users.cutShort())
        .isEqualTo(new Report.CutShort("users", "5 are the most", NOON.plusSeconds(4)));
    assertThat(by(memory)).isEqualTo("memory");
    assertThat(memory.messages()).isBetween(1L, 20L);
    assertThat(by(bytes)).isEqualTo("bytes");
    assertThat(by(late)).isEqualTo("time");
    assertThat(late.messages()).isZero();
  }

  private static @Nullable String by(Report report) {
    Report.CutShort cut = report.cutShort();
    return cut == null ? null : cut.by();
  }

  @Test
  void onlyWhatIsCommittedShouldBePlayed() throws Exception {
    // Given: one committed, one aborted, one whose transaction is still open
    KafkaProducer<byte[], byte[]> transactional =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "t"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    open.add(() -> transactional.close(Duration.ZERO));
    transactional.initTransactions();
    for (String id : List.of("committed", "aborted", "open")) {
      transactional.beginTransaction();
      var _ =
          transactional
              .send(
                  new ProducerRecord<>(
                      topics.messages(),
                      null,
                      NOON.toEpochMilli(),
                      ALICE.toBytes(),
                      "1".getBytes(UTF_8),
                      CloudEventCodec.headers(ALICE, message(id, NOON))))
              .get(LONG_SECONDS, TimeUnit.SECONDS);
      if (id.equals("committed")) {
        transactional.commitTransaction();
      } else if (id.equals("aborted")) {
        transactional.abortTransaction();
      }
    }

    // When: to after the markers of the transactions, which have the broker's time
    Report report =
        run(
            simulator(generous()),
            new SimulationRequest(
                new PolicyKey("default", "default"),
                Policy.NONE,
                NOON,
                Instant.now().plusSeconds(3_600),
                10));

    // Then
    assertThat(report.messages()).isEqualTo(1);
    assertThat(report.cutShort()).isNull();
  }

  @Test
  void clockThatIsAheadShouldHideNothing() throws Exception {
    // Given
    write(ALICE, "ahead", NOON.plusSeconds(3_600));
    write(ALICE, "m", NOON);

    // When
    Report report = run(simulator(generous()), request("default", "{}", 10));

    // Then
    assertThat(report.messages()).isEqualTo(1);
  }

  @Test
  void whatLiesAfterTheRangeShouldNotBeRead() throws Exception {
    // Given
    write(ALICE, "m", NOON);
    for (int i = 0; i < 20; i++) {
      write(ALICE, "later" + i, NOON.plusSeconds(3_660));
    }
    SimulationBounds g = generous();

    // When
    Report report =
        run(
            simulator(new SimulationBounds(100, g.maxKeptBytes(), 100, g.maxTime(), 1_000)),
            request("default", "{}", 10));

    // Then
    assertThat(report.messages()).isEqualTo(1);
    assertThat(report.cutShort()).isNull();
  }

  @Test
  void emptyRangeShouldBeAReportOfNothing() throws Exception {
    // Given
    write(ALICE, "m", NOON.minusSeconds(1));

    // When
    Report report = run(simulator(generous()), request("default", "{}", 10));

    // Then
    assertThat(report.messages()).isZero();
    assertThat(report.firstAt()).isNull();
    assertThat(report.candidate().result().busiest()).isNull();
  }

  @Test
  void dropsShouldBeToldWithTheirRule() throws Exception {
    // Given
    for (int i = 0; i < 5; i++) {
      write(ALICE, "m" + i, NOON.plusSeconds(i));
    }

    // When
    Report report =
        run(
            simulator(generous()),
            request(
                "default",
                "{\"caps\":[{\"name\":\"few\",\"limit\":2,\"per\":\"day\",\"on_exceed\":\"drop\"}]}",
                100));

    // Then
    assertThat(report.candidate().result().endings())
        .containsExactly(new Ending("dropped", "policy", "few", 3));
  }

  @Test
  void oneShouldRunAtATimeUntilItIsCancelled() throws Exception {
    // Given
    Simulator simulator = simulator(silent(), generous());
    Started first = simulator.start(request("default", "{}", 10));
    CompletableFuture<Report> running = ((Started.Running) first).report();
    Thread thread = thread();

    // When
    Started second = simulator.start(request("default", "{}", 10));
    boolean cancelled = running.cancel(false);

    // Then
    assertThat(second).isEqualTo(new Started.Refused("another simulation is running here", 5));
    assertThat(cancelled).isTrue();
    // Woken from its wait for Kafka, which would last for 5 s.
    assertThat(thread.join(Duration.ofSeconds(4))).isTrue();
    assertThat(simulator.start(request("default", "{}", 10))).isInstanceOf(Started.Running.class);
  }

  @Test
  void closingShouldCancelWhatRunsAndTakeNoMore() throws Exception {
    // Given
    Simulator simulator = simulator(silent(), generous());
    Started started = simulator.start(request("default", "{}", 10));
    CompletableFuture<Report> running = ((Started.Running) started).report();
    Thread thread = thread();

    // When
    simulator.close();

    // Then
    assertThatThrownBy(() -> running.get(LONG_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(CancellationException.class);
    assertThat(thread.isAlive()).isFalse();
    assertThat(simulator.start(request("default", "{}", 10)))
        .isEqualTo(new Started.Refused("this instance is stopping", 5));
  }

  /** The one that runs a simulation. */
  private Thread thread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(topics.prefix() + "-simulation"))
        .findFirst()
        .orElseThrow();
  }

  /** Where connections are taken and nothing is said. */
  private String silent() throws Exception {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    open.add(socket);
    return "127.0.0.1:" + socket.getLocalPort();
  }

  @Test
  void kafkaThatIsNotThereShouldFailIt() throws Exception {
    // Given
    Simulator simulator = simulator("127.0.0.1:" + JvmKafka.freePort(), generous());

    // When
    Started.Running running = (Started.Running) simulator.start(request("default", "{}", 10));

    // Then
    assertThatThrownBy(() -> running.report().get(LONG_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(KafkaException.class);
  }

  private static SimulationBounds generous() {
    return new SimulationBounds(100_000, 64 << 20, 1 << 30, Duration.ofSeconds(60), 1_000);
  }

  private static SimulationRequest request(String name, String candidate, long most) {
    return new SimulationRequest(
        new PolicyKey("default", name), Policy.parse(candidate), NOON, NOON.plusSeconds(60), most);
  }

  private Simulator simulator(SimulationBounds bounds) {
    return simulator(kafka.bootstrapServers(), bounds);
  }

  private Simulator simulator(String bootstrapServers, SimulationBounds bounds) {
    Simulator simulator =
        new Simulator(
            KafkaAccess.plain(bootstrapServers),
            topics,
            topics.prefix() + "-simulation",
            SequencerSettings.defaults(),
            policies,
            bounds);
    open.add(simulator);
    return simulator;
  }

  private static Report run(Simulator simulator, SimulationRequest request) throws Exception {
    return ((Started.Running) simulator.start(request))
        .report()
        .get(LONG_SECONDS, TimeUnit.SECONDS);
  }

  private void write(UserKey user, String id, Instant at) throws Exception {
    write(
        user.toBytes(),
        CloudEventCodec.headers(user, message(id, at)),
        "{\"n\":1}".getBytes(UTF_8),
        null,
        at);
  }

  private static Message message(String id, Instant at) {
    return new Message(
        id,
        "/test",
        "t",
        at.toEpochMilli(),
        Urgency.NORMAL,
        Message.NEVER,
        0,
        null,
        null,
        null,
        null,
        new byte[0]);
  }

  private void write(
      byte[] key, Headers headers, byte @Nullable [] value, @Nullable Integer partition, Instant at)
      throws Exception {
    send(
        new ProducerRecord<>(topics.messages(), partition, at.toEpochMilli(), key, value, headers));
  }

  private void set(UserKey user, @Nullable String settings) throws Exception {
    byte[] value = settings == null ? null : settings.getBytes(UTF_8);
    send(new ProducerRecord<>(topics.users(), user.toBytes(), value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    var _ = producer.send(record).get(LONG_SECONDS, TimeUnit.SECONDS);
  }

  /** The ends of all partitions of all topics that there are. */
  private static Map<TopicPartition, Long> ends() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      admin
          .describeTopics(admin.listTopics().names().get(LONG_SECONDS, TimeUnit.SECONDS))
          .allTopicNames()
          .get(LONG_SECONDS, TimeUnit.SECONDS)
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(
                          it ->
                              asked.put(
                                  new TopicPartition(name, it.partition()), OffsetSpec.latest())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> each :
          admin.listOffsets(asked).all().get(LONG_SECONDS, TimeUnit.SECONDS).entrySet()) {
        ends.put(each.getKey(), each.getValue().offset());
      }
      return ends;
    }
  }

  private static List<String> groups() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin.listGroups().all().get(LONG_SECONDS, TimeUnit.SECONDS).stream()
          .map(group -> group.groupId())
          .toList();
    }
  }
}
