package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.Logs;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Target;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One message for a large group beside live traffic: how long until every member with a session is
 * reached, how long until all are, and what it does meanwhile to messages for single users. The
 * real fan-out and a real broker in one JVM; sessions and acks are written to Kafka as workers
 * would, and the workers' inboxes are read, so sockets are not part of it. A message for a
 * twentieth of them goes before, so that the code is compiled when it counts.
 *
 * <p>Arguments: members, those with a session, slots they are spread over, partitions, messages for
 * single users a second, seconds of those before the group's.
 */
public final class GroupBench implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final GroupKey GROUP = new GroupKey("default", "all-of-them");

  /** Those who get messages of their own; no members. */
  private static final int SINGLES = 200;

  /** One of so many members is also of a group that warms up. */
  private static final int WARM_SHARE = 20;

  private static final GroupKey WARM_GROUP = new GroupKey("default", "some-of-them");

  private static final String SINGLE = "single";
  private static final String WARM = "warm";
  private static final String MANY = "many";

  private final int members;
  private final int online;
  private final int slots;
  private final int partitions;
  private final Path folder;
  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final Map<String, Long> epochs = new HashMap<>();
  private final Map<String, Integer> sessions = new HashMap<>();
  private final Set<String> attached = new HashSet<>();
  private final Set<String> reached = new HashSet<>();
  private final Map<Integer, AckBatch.Builder> acks = new HashMap<>();
  private Histogram latencies = new Histogram(TimeUnit.MINUTES.toMicros(5), 3);
  private final FanoutCounters counters = new FanoutCounters();
  private long lookedUp;
  private long counted;
  private final AtomicBoolean offering = new AtomicBoolean(true);

  private GroupBench(int members, int online, int slots, int partitions, DataFolder data)
      throws Exception {
    this.members = members;
    this.online = online;
    this.slots = slots;
    this.partitions = partitions;
    this.folder = data.path();
    this.broker = EmbeddedBroker.start(data, 0);
    try (TopicAdmin admin = TopicAdmin.connect(KafkaAccess.plain(broker.bootstrapServers()))) {
      admin.create(new TopicPlan(TOPICS, partitions, slots));
    }
    ByteArraySerializer bytes = new ByteArraySerializer();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 2), bytes, bytes);
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    this.inbox =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "fetch.max.wait.ms",
                5),
            read,
            read);
    List<TopicPartition> all =
        IntStream.range(0, slots).mapToObj(s -> new TopicPartition(TOPICS.inbox(), s)).toList();
    inbox.assign(all);
    inbox.seekToBeginning(all);
  }

  public static void main(String[] args) throws Exception {
    Logs.toConsole();
    int[] numbers = List.of(args).stream().mapToInt(Integer::parseInt).toArray();
    Path temporary = Files.createTempDirectory("tidegate-bench");
    try (DataFolder data = DataFolder.open(temporary);
        GroupBench bench = new GroupBench(numbers[0], numbers[1], numbers[2], numbers[3], data)) {
      bench.run(numbers[4], numbers[5]);
    }
  }

  private void run(int rate, int seconds) throws Exception {
    long began = System.nanoTime();
    join();
    try (FanoutService fanout = FanoutService.start(config())) {
      connect();
      until(() -> attached.size() == online + SINGLES, "sessions are attached");
      until(
          () -> counter(fanout, "members") >= members + members / WARM_SHARE,
          "members have joined");
      say(
          "%,d members joined and %,d sessions attached after %.1f s",
          members, online, since(began));
      Thread offers = Thread.ofPlatform().start(() -> offer(rate));
      pollFor(seconds / 3.0);
      long warmed = members / WARM_SHARE;
      send(new Recipient.Group(WARM_GROUP), WARM, System.nanoTime());
      until(() -> counter(fanout, "group_reached") >= warmed, "members are reached to warm up");
      pollFor(seconds / 3.0);
      report("warming up");
      pollFor(seconds);
      Histogram before = report("before the group's message");
      long sent = System.nanoTime();
      send(new Recipient.Group(GROUP), MANY, sent);
      until(() -> reached.size() == online, "members with a session are reached");
      say("every member with a session reached after %.2f s", since(sent));
      Histogram first = report("until then");
      until(() -> counter(fanout, "group_reached") >= members + warmed, "members are reached");
      say("all %,d members reached after %.1f s", members, since(sent));
      Histogram during = report("from then until all are");
      pollFor(seconds);
      report("after it");
      offering.set(false);
      offers.join();
      first.add(during);
      say(
          "p99 of messages for single users during it is %.2f times that before it",
          (double) first.getValueAtPercentile(99) / before.getValueAtPercentile(99));
    }
  }

  private FanoutConfig config() {
    return FanoutConfig.defaults(broker.bootstrapServers())
        .withPort(0)
        .withStore(StoreKind.ROCKSDB, folder.resolve("fanout"))
        .withInstance("tidegate-fanout", "bench");
  }

  private static UserKey member(int i) {
    return new UserKey("default", "member-" + i);
  }

  private static UserKey single(int i) {
    return new UserKey("default", "single-" + i);
  }

  private void join() {
    for (int i = 0; i < members; i++) {
      join(GROUP, i);
      if (i < members / WARM_SHARE) {
        join(WARM_GROUP, i);
      }
    }
    producer.flush();
  }

  private void join(GroupKey group, int i) {
    Membership membership = new Membership(group, member(i));
    var _ =
        producer.send(
            new ProducerRecord<>(
                TOPICS.members(),
                membership.user().partition(partitions),
                membership.toBytes(),
                Membership.JOINED));
  }

  /** Spread evenly over the members. */
  private void connect() {
    for (int i = 0; i < online; i++) {
      connect(member((int) ((long) i * members / online)), i);
    }
    for (int i = 0; i < SINGLES; i++) {
      connect(single(i), online + i);
    }
    producer.flush();
  }

  private void connect(UserKey user, int n) {
    sessions.put(user.toString(), n);
    SessionRecord up =
        SessionRecord.newBuilder()
            .setSession(session(n))
            .setUp(
                SessionUp.newBuilder()
                    .setDevice("phone")
                    .setWindow(256)
                    .setSaidMillis(System.currentTimeMillis()))
            .build();
    var _ =
        producer.send(new ProducerRecord<>(TOPICS.sessions(), user.toBytes(), up.toByteArray()));
  }

  private SessionId session(int n) {
    return SessionId.newBuilder().setSlot(n % slots).setIncarnation(1).setN(n + 1).build();
  }

  private void offer(int rate) {
    long start = System.nanoTime();
    for (long i = 0; offering.get(); i++) {
      long due = start + i * 1_000_000_000L / rate;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      send(new Recipient.OneUser(single((int) (i % SINGLES))), SINGLE, due);
    }
  }

  /** The payload says when it was due, so that a stall counts for every message behind it. */
  private void send(Recipient to, String type, long dueNanos) {
    byte[] payload = (dueNanos + "." + "0".repeat(100)).getBytes(UTF_8);
    Message message =
        new Message(
            UUID.randomUUID().toString(),
            "/bench",
            type,
            System.currentTimeMillis(),
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            payload);
    var _ =
        producer.send(
            new ProducerRecord<>(
                TOPICS.messages(), null, to.key(), payload, CloudEventCodec.headers(to, message)));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void until(Condition condition, String what) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("after ten minutes not all " + what);
      }
      poll();
    }
  }

  private void pollFor(double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      poll();
    }
  }

  private void poll() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : inbox.poll(Duration.ofMillis(5))) {
      InboxRecord read = InboxRecord.parseFrom(record.value());
      long now = System.nanoTime();
      if (read.hasAttach()) {
        attached.add(read.getUser());
        epochs.put(read.getUser(), read.getAttach().getEpoch());
      }
      for (Pushed pushed : read.getDeliver().getMessagesList()) {
        got(read.getUser(), pushed, pushed.getSeq(), now);
      }
      for (Target target : read.getMany().getTargetsList()) {
        got(target.getUser(), read.getMany().getMessage(), target.getSeq(), now);
      }
    }
    for (Map.Entry<Integer, AckBatch.Builder> batch : acks.entrySet()) {
      byte[] value = batch.getValue().build().toByteArray();
      var _ = producer.send(new ProducerRecord<>(TOPICS.acks(), batch.getKey(), null, value));
    }
    acks.clear();
  }

  private void got(String user, Pushed pushed, long seq, long now) {
    if (pushed.getType().equals(MANY)) {
      reached.add(user);
    } else if (pushed.getType().equals(SINGLE)) {
      String payload = pushed.getPayload().toStringUtf8();
      long due = Long.parseLong(payload.substring(0, payload.indexOf('.')));
      latencies.recordValue((now - due) / 1_000);
    }
    Integer n = sessions.get(user);
    if (n != null) {
      acks.computeIfAbsent(UserKey.parse(user).partition(partitions), _ -> AckBatch.newBuilder())
          .addAcks(
              Ack.newBuilder()
                  .setUser(user)
                  .setSession(session(n))
                  .setEpoch(epochs.getOrDefault(user, 0L))
                  .setSeq(seq));
    }
  }

  /** A counter of the service, over all its labels, looked up every half second. */
  private long counter(FanoutService fanout, String name) throws Exception {
    if (since(lookedUp) > 0.5) {
      lookedUp = System.nanoTime();
      counted = counters.sum(fanout, name + "_total");
    }
    return counted;
  }

  private Histogram report(String when) {
    Histogram seen = latencies;
    latencies = new Histogram(TimeUnit.MINUTES.toMicros(5), 3);
    say(
        "messages for single users %s: %,d, ms p50 %.1f p99 %.1f max %.1f",
        when,
        seen.getTotalCount(),
        seen.getValueAtPercentile(50) / 1e3,
        seen.getValueAtPercentile(99) / 1e3,
        seen.getMaxValue() / 1e3);
    return seen;
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }

  @Override
  public void close() {
    counters.close();
    producer.close();
    inbox.close();
    broker.close();
  }
}
