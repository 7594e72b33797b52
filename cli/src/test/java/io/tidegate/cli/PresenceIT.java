package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionDown;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.contract.worker.SlotUp;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who comes and goes, on a real Kafka, with two fan-out instances that come and go themselves. */
final class PresenceIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final int USERS = 40;
  private static final List<String> NAMES =
      IntStream.range(0, USERS).mapToObj(i -> "u" + i).toList();

  @TempDir private Path temporary;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<FanoutService> services = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private DataFolder folder;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedBroker broker;

  @SuppressWarnings("NullAway.Init")
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    folder = DataFolder.open(temporary.resolve("kafka"));
    broker = EmbeddedBroker.start(folder, 0);
    assertThat(execute(new StringWriter(), "topics", "create", "--kafka", kafka())).isZero();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    services.forEach(FanoutService::close);
    producer.close();
    broker.close();
    folder.close();
  }

  @Test
  void everyJoinAndLeaveShouldBeToldOnceThroughRebalancesAndRestarts() throws Exception {
    // Given: one instance, and everyone connected to the worker of slot 0
    FanoutService first = fanout("first");
    long incarnation = slotUp();
    for (int user = 0; user < USERS; user++) {
      session(user, up(incarnation, user));
    }
    await().atMost(SOON).until(() -> told().size() == USERS);
    await().atMost(SOON).until(() -> connected(first) == USERS);

    // When: another takes some of the partitions
    FanoutService second = fanout("second");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(connected(second)).isPositive();
              assertThat(connected(first) + connected(second)).isEqualTo(USERS);
            });

    // Then: both know everyone
    for (FanoutService each : List.of(first, second)) {
      assertThat(presence(each)).isEqualTo(states(user -> true));
    }

    // When: half of them leave, and an instance does so before the grace is over
    for (int user = 0; user < USERS; user += 2) {
      session(user, down(incarnation, user));
    }
    await().atMost(SOON).until(() -> connected(first) + connected(second) == USERS / 2);
    first.close();
    await().atMost(SOON).until(() -> connected(second) == USERS / 2);
    await().atMost(SOON).until(() -> told().size() == USERS + USERS / 2);

    // Then
    assertThat(presence(second)).isEqualTo(states(user -> user % 2 == 1));
    StringWriter lines = new StringWriter();
    int exit =
        execute(lines, "presence", "u0", "u1", "--fanout", "http://127.0.0.1:" + second.port());
    assertThat(exit).isZero();
    assertThat(lines.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("u0  away, last seen 20.*Z"),
            line -> assertThat(line).matches("u1  connected since 20.*Z: phone"));

    // When: the worker dies, another takes its slot, and fan-out begins anew, too
    second.close();
    slotUp();
    FanoutService third = fanout("third");

    // Then
    await().atMost(SOON).until(() -> told().size() == 2 * USERS);
    assertThat(connected(third)).isZero();
    assertThat(presence(third)).isEqualTo(states(user -> false));
    Map<String, List<String>> byUser = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : told()) {
      JsonNode json = JSON.readTree(record.value());
      String user = json.path("user").asString("");
      assertThat(new String(record.key(), UTF_8)).isEqualTo("default/" + user);
      assertThat(record.partition()).isEqualTo(key(user).partition(12));
      byUser
          .computeIfAbsent(user, _ -> new ArrayList<>())
          .add(json.path("presence").asString("") + " " + json.path("number").asInt(0));
    }
    assertThat(byUser).hasSize(USERS);
    assertThat(byUser.values()).allMatch(List.of("join 1", "leave 2")::equals);
    assertThat(
            told().stream()
                .map(record -> new String(record.headers().lastHeader("ce_id").value(), UTF_8))
                .collect(Collectors.toSet()))
        .hasSize(2 * USERS);
  }

  private FanoutService fanout(String name) throws Exception {
    FanoutService service =
        FanoutService.start(
            FanoutConfig.defaults(kafka())
                .withPort(0)
                .withStore(StoreKind.ROCKSDB, temporary.resolve(name))
                .withSequencer(SequencerSettings.defaults().withPresence(Duration.ofSeconds(8))));
    services.add(service);
    await().atMost(SOON).until(service::ready);
    return service;
  }

  private String kafka() {
    return broker.bootstrapServers();
  }

  private static UserKey key(String user) {
    return new UserKey(UserKey.DEFAULT_TENANT, user);
  }

  private long slotUp() throws Exception {
    byte[] up =
        WorkerRecord.newBuilder()
            .setUp(SlotUp.newBuilder().setProcess("test"))
            .build()
            .toByteArray();
    return producer
        .send(new ProducerRecord<>(TOPICS.workers(), "0".getBytes(US_ASCII), up))
        .get(30, TimeUnit.SECONDS)
        .offset();
  }

  private void session(int user, SessionRecord record) throws Exception {
    byte[] key = key(NAMES.get(user)).toBytes();
    var _ =
        producer
            .send(new ProducerRecord<>(TOPICS.sessions(), key, record.toByteArray()))
            .get(30, TimeUnit.SECONDS);
  }

  private static SessionRecord up(long incarnation, int user) {
    return SessionRecord.newBuilder()
        .setSession(id(incarnation, user))
        .setUp(
            SessionUp.newBuilder()
                .setDevice("phone")
                .setWindow(16)
                .setSaidMillis(System.currentTimeMillis()))
        .build();
  }

  private static SessionRecord down(long incarnation, int user) {
    return SessionRecord.newBuilder()
        .setSession(id(incarnation, user))
        .setDown(SessionDown.getDefaultInstance())
        .build();
  }

  private static SessionId id(long incarnation, int user) {
    return SessionId.newBuilder().setSlot(0).setIncarnation(incarnation).setN(user + 1).build();
  }

  private interface Expected {
    boolean isConnected(int user);
  }

  private static Map<String, Boolean> states(Expected expected) {
    Map<String, Boolean> states = new TreeMap<>();
    for (int user = 0; user < USERS; user++) {
      states.put(NAMES.get(user), expected.isConnected(user));
    }
    return states;
  }

  private Map<String, Boolean> presence(FanoutService service) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(service, "/v1/presence"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    JSON.writeValueAsString(Map.of("users", NAMES))))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Map<String, Boolean> states = new TreeMap<>();
    for (JsonNode user : JSON.readTree(answer.body()).path("users")) {
      assertThat(user.has("problem")).as(answer.body()).isFalse();
      states.put(user.path("user").asString(""), user.path("connected").asBoolean(false));
    }
    return states;
  }

  private int connected(FanoutService service) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(service, "/metrics")).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("tidegate_fanout_users_connected "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ", 2)[1]))
        .sum();
  }

  private static URI uri(FanoutService service, String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }

  /** Everything that is committed on the topic. */
  private List<ConsumerRecord<byte[], byte[]>> told() {
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPICS.presence()).stream()
              .map(it -> new TopicPartition(it.topic(), it.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream()
          .anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static int execute(StringWriter lines, String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(lines, true));
    return command.execute(args);
  }
}
