package io.tidegate.fanout.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionDown;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.BoundedRocksDb;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole topology on a fake Kafka of one partition, with a clock moved by hand. */
final class FanoutDriver implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  static final UserKey ALICE = new UserKey("default", "alice");

  private static final Topics TOPICS = Topics.DEFAULT;
  private static final JsonMapper JSON = JsonMapper.shared();

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<InboxRecord> live = new ArrayList<>();
  private final TopologyTestDriver driver;
  private Instant now = START;

  FanoutDriver(Path folder) {
    this(folder, 1, UserHandler.sequencer(SequencerSettings.defaults()));
  }

  /**
   * @param partitions how many the topology believes there are
   */
  FanoutDriver(Path folder, int partitions, UserHandler handler) {
    this(folder, partitions, StoreKind.ROCKSDB, handler);
  }

  FanoutDriver(Path folder, int partitions, StoreKind store, UserHandler handler) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "DEBUG");
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    FanoutTopology topology =
        new FanoutTopology(
            TOPICS,
            partitions,
            store,
            () -> handler,
            (slot, value, nowMillis) -> live.add(inboxRecord(value)),
            Duration.ofMillis(15),
            new FanoutMetrics(registry));
    driver = new TopologyTestDriver(topology.build(), properties, START);
  }

  static Message message(String id, String json) {
    return new Message(
        id,
        "/test",
        "test",
        START.toEpochMilli(),
        Urgency.NORMAL,
        Message.NEVER,
        0,
        null,
        null,
        null,
        null,
        json.getBytes(UTF_8));
  }

  void send(UserKey user, Message message) {
    send(user.toBytes(), CloudEventCodec.headers(user, message), message.payload());
  }

  /** One that came so long ago. */
  void sendLate(UserKey user, Message message, Duration late) {
    Instant present = now;
    now = now.minus(late);
    send(user, message);
    now = present;
  }

  void send(byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
    pipe(TOPICS.messages(), key, value, headers);
  }

  void send(Recipient to, Message message) {
    send(to.key(), CloudEventCodec.headers(to, message), message.payload());
  }

  void joins(GroupKey group, UserKey user) {
    member(new Membership(group, user).toBytes(), Membership.JOINED);
  }

  void leaves(GroupKey group, UserKey user) {
    member(new Membership(group, user).toBytes(), null);
  }

  void member(byte @Nullable [] key, byte @Nullable [] value) {
    pipe(TOPICS.members(), key, value, null);
  }

  /** What was written to the messages topic again; to be sent again by hand. */
  List<TestRecord<byte[], byte[]>> again() {
    return read(TOPICS.messages(), it -> it);
  }

  void sessionUp(UserKey user, int slot, long n) {
    sessionUp(user, slot, n, now.toEpochMilli());
  }

  void sessionDown(UserKey user, int slot, long n) {
    SessionRecord down =
        SessionRecord.newBuilder()
            .setSession(session(slot, n))
            .setDown(SessionDown.getDefaultInstance())
            .build();
    session(user, down.toByteArray());
  }

  void sessionUp(UserKey user, int slot, long n, long saidMillis) {
    SessionRecord up =
        SessionRecord.newBuilder()
            .setSession(session(slot, n))
            .setUp(
                SessionUp.newBuilder().setDevice("phone").setWindow(16).setSaidMillis(saidMillis))
            .build();
    session(user, up.toByteArray());
  }

  /**
   * @param json null: nothing is set any more
   */
  void settings(UserKey user, @Nullable String json) {
    pipe(TOPICS.users(), user.toBytes(), json == null ? null : json.getBytes(UTF_8), null);
  }

  void session(UserKey user, byte[] value) {
    pipe(TOPICS.sessions(), user.toBytes(), value, null);
  }

  void acks(Ack... acks) {
    acks(AckBatch.newBuilder().addAllAcks(List.of(acks)).build().toByteArray());
  }

  void acks(byte[] value) {
    pipe(TOPICS.acks(), null, value, null);
  }

  static Ack ack(UserKey user, int slot, long n, long epoch, long seq) {
    return Ack.newBuilder()
        .setUser(user.toString())
        .setSession(session(slot, n))
        .setEpoch(epoch)
        .setSeq(seq)
        .build();
  }

  private static SessionId session(int slot, long n) {
    return SessionId.newBuilder().setSlot(slot).setIncarnation(7).setN(n).build();
  }

  @SuppressWarnings("NullAway") // a Kafka record may lack its key and its value
  private void pipe(
      String topic, byte @Nullable [] key, byte @Nullable [] value, @Nullable Headers headers) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key, value, headers, now));
  }

  Instant now() {
    return now;
  }

  void advance(Duration by) {
    now = now.plus(by);
    driver.advanceWallClockTime(by);
  }

  List<InboxRecord> inbox() {
    return read(TOPICS.inbox(), FanoutDriver::inboxRecord);
  }

  List<InboxRecord> live() {
    return live;
  }

  List<Outcome> outcomes() {
    return read(TOPICS.outcomes(), FanoutDriver::outcome);
  }

  List<TestRecord<byte[], byte[]>> presence() {
    return read(TOPICS.presence(), it -> it);
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return read(TOPICS.deadLetters(), it -> it);
  }

  /** The causes of the dead letters, as far as the colon. */
  List<String> deadCauses() {
    return read(TOPICS.deadLetters(), it -> header(it, "tidegate_cause").split(":", 2)[0]);
  }

  static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  double count(String name, String... tags) {
    return registry.get("tidegate.fanout." + name).tags(tags).counter().count();
  }

  /** How often a timer of the task fired. */
  double punctuations() {
    return driver.metrics().entrySet().stream()
        .filter(it -> it.getKey().name().equals("punctuate-total"))
        .mapToDouble(it -> (Double) it.getValue().metricValue())
        .sum();
  }

  KeyValueStore<Bytes, byte[]> store() {
    return driver.getKeyValueStore(FanoutTopology.STORE);
  }

  private static Outcome outcome(TestRecord<byte[], byte[]> record) {
    JsonNode json = JSON.readTree(record.value());
    return new Outcome(
        json.get("message_id").stringValue(),
        json.path("source").stringValue(null),
        Outcome.Kind.valueOf(json.get("outcome").stringValue().toUpperCase(Locale.ROOT)),
        Outcome.Reason.valueOf(json.get("reason").stringValue().toUpperCase(Locale.ROOT)),
        json.path("seq").longValue(0),
        json.path("replaced_by").stringValue(null),
        Instant.parse(json.get("time").stringValue()).toEpochMilli());
  }

  private static InboxRecord inboxRecord(TestRecord<byte[], byte[]> record) {
    return inboxRecord(record.value());
  }

  private static InboxRecord inboxRecord(byte[] value) {
    try {
      return InboxRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private <T> List<T> read(String topic, Function<TestRecord<byte[], byte[]>, T> as) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList()
        .stream()
        .map(as)
        .toList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
