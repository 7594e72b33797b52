package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.START;
import static io.tidegate.fanout.topology.FanoutDriver.header;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.SlotUp;
import io.tidegate.contract.worker.WorkerRecord;
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
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Joins and leaves as records, and who is connected as a number. */
final class PresenceTopologyTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(PolicySweep.LOOK_SECONDS);

  private final SlotIncarnations slots = new SlotIncarnations();
  @TempDir private Path folder;
  private @Nullable FanoutDriver driver;

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
  }

  private FanoutDriver start(@Nullable Duration grace) {
    return start(handler(grace));
  }

  private FanoutDriver start(UserHandler handler) {
    driver = new FanoutDriver(folder, 1, handler);
    return driver;
  }

  private UserHandler handler(@Nullable Duration grace) {
    return UserHandler.of(
        new Sequencer(SequencerSettings.defaults().withPresence(grace)),
        new Pressures(false),
        slots);
  }

  @Test
  void joinShouldBeACloudEventWithTheKeyOfTheUser() {
    // Given
    FanoutDriver fanout = start(GRACE);

    // When
    fanout.sessionUp(ALICE, 0, 3);

    // Then
    List<TestRecord<byte[], byte[]>> told = fanout.presence();
    assertThat(told).hasSize(1);
    TestRecord<byte[], byte[]> join = told.getFirst();
    assertThat(join.key()).isEqualTo("default/alice".getBytes(UTF_8));
    assertThat(header(join, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(join, "ce_type")).isEqualTo("io.tidegate.presence.join");
    assertThat(header(join, "ce_source")).isEqualTo("/tidegate/presence");
    assertThat(header(join, "ce_subject")).isEqualTo("user/alice");
    assertThat(header(join, "ce_id")).matches("[0-9a-f]{16}\\.1");
    assertThat(header(join, "ce_time")).isEqualTo(START.toString());
    assertThat(header(join, "content-type")).isEqualTo("application/json");
    assertThat(new String(join.value(), UTF_8))
        .isEqualTo(
            "{\"user\":\"alice\",\"presence\":\"join\",\"device\":\"phone\",\"connected_devices\":1,"
                + "\"known_devices\":1,\"number\":1,\"time\":\"2026-11-27T12:00:00Z\"}");
  }

  @Test
  void leaveShouldComeByItselfAfterTheGrace() {
    // Given
    FanoutDriver fanout = start(GRACE);
    fanout.sessionUp(ALICE, 0, 3);
    fanout.advance(Duration.ofSeconds(60));
    fanout.sessionDown(ALICE, 0, 3);
    int before = fanout.presence().size();

    // When
    fanout.advance(GRACE.minusMillis(100));
    int early = fanout.presence().size();
    fanout.advance(Duration.ofSeconds(1));

    // Then
    assertThat(before).isEqualTo(1);
    assertThat(early).isZero();
    List<TestRecord<byte[], byte[]>> told = fanout.presence();
    assertThat(told).extracting(PresenceTopologyTest::word).containsExactly("leave");
    assertThat(json(told.getFirst()).at("/connected_devices").intValue()).isZero();
    assertThat(json(told.getFirst()).at("/time").stringValue()).isEqualTo("2026-11-27T12:01:00Z");
    assertThat(fanout.count("presence", "change", "join")).isEqualTo(1);
    assertThat(fanout.count("presence", "change", "leave")).isEqualTo(1);
  }

  @Test
  void whoComesBackWithinTheGraceShouldTellNothing() {
    // Given
    FanoutDriver fanout = start(GRACE);
    fanout.sessionUp(ALICE, 0, 3);
    fanout.sessionDown(ALICE, 0, 3);
    fanout.presence();

    // When
    fanout.advance(Duration.ofSeconds(5));
    fanout.sessionUp(ALICE, 1, 4);
    fanout.advance(Duration.ofSeconds(60));

    // Then
    assertThat(fanout.presence()).isEmpty();
  }

  @Test
  void nothingShouldBeToldUnlessItIsWanted() {
    // Given
    FanoutDriver fanout = start((Duration) null);

    // When
    fanout.sessionUp(ALICE, 0, 3);
    fanout.sessionDown(ALICE, 0, 3);
    fanout.advance(Duration.ofSeconds(60));

    // Then
    assertThat(fanout.presence()).isEmpty();
  }

  @Test
  void messagesShouldTellNothing() {
    // Given
    FanoutDriver fanout = start(GRACE);
    fanout.sessionUp(ALICE, 0, 3);
    fanout.presence();

    // When
    fanout.send(ALICE, message("m1", "1"));

    // Then
    assertThat(fanout.presence()).isEmpty();
  }

  @Test
  void workerWhoseSlotWasTakenShouldLeaveNobodyConnected() {
    // Given
    FanoutDriver fanout = start(GRACE);
    int others = SlotSweep.USERS + 10; // who are come to first, so that a whole turn has none
    connect(fanout, "a", 1, others);
    List<UserKey> users = connect(fanout, "u", 0, 2 * SlotSweep.USERS + 10);
    fanout.advance(LOOK);
    fanout.presence();

    // When: the driver's sessions are of incarnation 7
    slots.heard("0".getBytes(US_ASCII), slotUp(), 8);
    slots.heard("1".getBytes(US_ASCII), heartbeat(7), 9);
    List<String> left = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      fanout.advance(Duration.ofSeconds(1));
      fanout.presence().forEach(record -> left.add(word(record) + " " + user(record)));
    }

    // Then
    assertThat(left)
        .containsExactlyInAnyOrderElementsOf(
            users.stream().map(user -> "leave " + user.user()).toList());
    assertThat(connected(fanout)).isEqualTo(others);
  }

  @Test
  void sessionOfAWorkerThatIsGoneAlreadyShouldEndAtOnce() {
    // Given
    FanoutDriver fanout = start(Duration.ZERO);
    slots.heard("0".getBytes(US_ASCII), slotUp(), 8);

    // When: what was said of it has been long on its way
    fanout.sessionUp(ALICE, 0, 3);

    // Then
    assertThat(fanout.presence())
        .extracting(PresenceTopologyTest::word)
        .containsExactly("join", "leave");
    assertThat(connected(fanout)).isZero();
  }

  @Test
  void whoIsConnectedWhenPresenceBeginsToBeToldShouldJoin() {
    // Given: told only from a moment on, as by a setting that another start brings
    boolean[] wanted = {false};
    UserHandler off = handler(null);
    UserHandler on = handler(GRACE);
    FanoutDriver fanout =
        start(
            new ForwardingHandler(off) {
              @Override
              public void handle(
                  SortedBytes store,
                  UserKey user,
                  UserEvent event,
                  At at,
                  Consumer<Effect> effects) {
                (wanted[0] ? on : off).handle(store, user, event, at, effects);
              }

              @Override
              public Sequencer.Waiting toLookAt(
                  SortedBytes store, byte[] from, int limit, java.util.Map<Integer, Long> now) {
                return (wanted[0] ? on : off).toLookAt(store, from, limit, now);
              }
            });
    fanout.sessionUp(ALICE, 0, 3);
    fanout.advance(Duration.ofSeconds(60));

    // When
    wanted[0] = true;
    slots.heard("5".getBytes(US_ASCII), slotUp(), 1); // any, so that everyone is looked at
    fanout.advance(LOOK);
    fanout.advance(LOOK);

    // Then
    List<TestRecord<byte[], byte[]>> told = fanout.presence();
    assertThat(told).extracting(PresenceTopologyTest::word).containsExactly("join");
    assertThat(header(told.getFirst(), "ce_time")).isEqualTo(START.toString());
  }

  @Test
  void eventThatMeetsAFaultShouldTellNothingAndCountNothing() {
    // Given
    boolean[] faulty = {false};
    FanoutDriver fanout =
        start(
            new ForwardingHandler(handler(Duration.ZERO)) {
              @Override
              public void handle(
                  SortedBytes store,
                  UserKey user,
                  UserEvent event,
                  At at,
                  Consumer<Effect> effects) {
                super.handle(store, user, event, at, effects);
                if (faulty[0]) {
                  throw new IllegalStateException("on purpose");
                }
              }
            });
    faulty[0] = true;
    fanout.sessionUp(ALICE, 0, 3);
    List<TestRecord<byte[], byte[]>> told = fanout.presence();
    double then = connected(fanout);

    // When
    faulty[0] = false;
    fanout.sessionUp(ALICE, 0, 4);

    // Then
    assertThat(told).isEmpty();
    assertThat(then).isZero();
    assertThat(fanout.presence()).extracting(PresenceTopologyTest::word).containsExactly("join");
    assertThat(connected(fanout)).isEqualTo(1);
  }

  @Test
  void connectedUsersShouldBeCountedByChanges() {
    // Given
    FanoutDriver fanout = start((Duration) null);
    connect(fanout, "u", 0, 3);
    fanout.sessionUp(ALICE, 0, 100);
    fanout.sessionUp(ALICE, 0, 101); // the same device

    // When
    fanout.sessionDown(ALICE, 0, 100);
    double before = connected(fanout);
    fanout.sessionDown(ALICE, 0, 101);

    // Then
    assertThat(before).isEqualTo(4);
    assertThat(connected(fanout)).isEqualTo(3);
    // When the task is gone, its users are not this instance's.
    fanout.close();
    driver = null;
    assertThat(connected(fanout)).isZero();
  }

  private static List<UserKey> connect(FanoutDriver fanout, String prefix, int slot, int count) {
    List<UserKey> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UserKey user = new UserKey("default", prefix + i);
      fanout.sessionUp(user, slot, 1 + i);
      users.add(user);
    }
    return users;
  }

  private static double connected(FanoutDriver fanout) {
    return fanout.registry.get("tidegate.fanout.users.connected").gauge().value();
  }

  private static byte[] slotUp() {
    return WorkerRecord.newBuilder()
        .setUp(SlotUp.newBuilder().setProcess("p"))
        .build()
        .toByteArray();
  }

  private static byte[] heartbeat(long incarnation) {
    return WorkerRecord.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setIncarnation(incarnation))
        .build()
        .toByteArray();
  }

  private static String word(TestRecord<byte[], byte[]> record) {
    return json(record).at("/presence").stringValue();
  }

  private static String user(TestRecord<byte[], byte[]> record) {
    return json(record).at("/user").stringValue();
  }

  private static JsonNode json(TestRecord<byte[], byte[]> record) {
    return JsonMapper.shared().readTree(record.value());
  }
}
