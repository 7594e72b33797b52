package io.tidegate.cli.bench;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionDown;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.statestore.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;

/**
 * What fan-out keeps of a user with nothing waiting, whose device is away, and of a message that
 * waits: in the store by kind of key, in RocksDB's files, and in the changelog; and how long a new
 * machine takes to have all of it from the changelog. The real service, with the embedded broker on
 * the same machine.
 *
 * <p>Arguments: users, messages that wait for each, partitions.
 */
public final class StateBench implements AutoCloseable {
  private final int waiting;
  private final int partitions;
  private final String bootstrap;
  private final Path folder;
  private final BenchKafka kafka;
  private final List<UserKey> users;
  private final FanoutCounters counters = new FanoutCounters();

  private StateBench(int users, int waiting, int partitions, String bootstrap, Path folder)
      throws Exception {
    this.waiting = waiting;
    this.partitions = partitions;
    this.bootstrap = bootstrap;
    this.folder = folder;
    this.kafka = new BenchKafka(bootstrap, "state", partitions);
    this.users = IntStream.range(0, users).mapToObj(u -> new UserKey("default", "u" + u)).toList();
  }

  public static void main(String[] args) throws Exception {
    int[] numbers = List.of(args).stream().mapToInt(Integer::parseInt).toArray();
    Path temporary = Files.createTempDirectory("tidegate-bench");
    try (DataFolder data = DataFolder.open(temporary);
        EmbeddedBroker broker = EmbeddedBroker.start(data, 0);
        StateBench bench =
            new StateBench(
                numbers[0], numbers[1], numbers[2], broker.bootstrapServers(), data.path())) {
      bench.run();
    }
  }

  private void run() throws Exception {
    say("%,d users, %d partitions", users.size(), partitions);
    idle();
    Map<String, StoredKind> idle = StoredKind.read(state(StoreKind.ROCKSDB));
    report("an idle user", users.size(), idle, Map.of());
    long files = size(state(StoreKind.ROCKSDB));
    long changelog = changelogBytes();
    sizes("an idle user", users.size(), files, changelog);
    restore();

    long messages = (long) waiting * users.size();
    try (FanoutService fanout = FanoutService.start(config(StoreKind.ROCKSDB))) {
      kafka.offer((int) messages, users);
      until(() -> counters.sum(fanout, "messages_total") == messages);
    }
    Map<String, StoredKind> full = StoredKind.read(state(StoreKind.ROCKSDB));
    report("a waiting message of 111 bytes", messages, full, idle);
    sizes(
        "a waiting message of 111 bytes",
        messages,
        size(state(StoreKind.ROCKSDB)) - files,
        changelogBytes() - changelog);
    restore();
  }

  /** Everyone's phone connects, has a message, acks it, and goes away. */
  private void idle() throws Exception {
    kafka.offer(users.size(), users);
    for (int n = 0; n < users.size(); n++) {
      kafka.session(users.get(n), BenchKafka.up(n));
    }
    kafka.producer.flush();
    long[] epochs = new long[users.size()];
    try (FanoutService fanout = FanoutService.start(config(StoreKind.ROCKSDB));
        KafkaConsumer<byte[], byte[]> inbox = kafka.consumer(kafka.topics.inbox(), 1);
        KafkaConsumer<byte[], byte[]> outcomes =
            kafka.consumer(kafka.topics.outcomes(), partitions)) {
      double rate =
          BenchKafka.rate(
              inbox,
              users.size(),
              record -> {
                InboxRecord read = InboxRecord.parseFrom(record.value());
                if (read.hasAttach()) {
                  epochs[(int) read.getSession() - 1] = read.getAttach().getEpoch();
                }
                return read.getDeliver().getMessagesCount();
              });
      say("everyone connected and had a message, %,.0f a second", rate);
      ack(epochs);
      BenchKafka.rate(outcomes, users.size(), _ -> 1);
      for (int n = 0; n < users.size(); n++) {
        kafka.session(
            users.get(n),
            SessionRecord.newBuilder()
                .setSession(BenchKafka.session(n))
                .setDown(SessionDown.getDefaultInstance())
                .build());
      }
      kafka.producer.flush();
      until(() -> counters.sum(fanout, "sessions_total{event=\"down\"") == users.size());
    }
  }

  private void ack(long[] epochs) {
    Map<Integer, AckBatch.Builder> batches = new HashMap<>();
    for (int n = 0; n < users.size(); n++) {
      int partition = users.get(n).partition(partitions);
      AckBatch.Builder batch = batches.computeIfAbsent(partition, _ -> AckBatch.newBuilder());
      batch.addAcks(
          Ack.newBuilder()
              .setUser(users.get(n).toString())
              .setSession(BenchKafka.session(n))
              .setEpoch(epochs[n])
              .setSeq(1));
      if (batch.getAcksCount() == 1_000) {
        send(partition, batches.remove(partition));
      }
    }
    batches.forEach(this::send);
    kafka.producer.flush();
  }

  private void send(int partition, AckBatch.Builder batch) {
    byte[] value = batch.build().toByteArray();
    var _ = kafka.producer.send(new ProducerRecord<>(kafka.topics.acks(), partition, null, value));
  }

  /** As on a machine that has nothing yet. */
  private void restore() throws Exception {
    for (StoreKind store : StoreKind.values()) {
      FanoutConfig config = config(store).withStore(store, folder.resolve("restored"));
      long start = System.nanoTime();
      try (FanoutService fanout = FanoutService.start(config)) {
        until(fanout::ready);
        say("restored to %s in %.1f s", store, (System.nanoTime() - start) / 1e9);
      }
      delete(folder.resolve("restored"));
    }
  }

  private FanoutConfig config(StoreKind store) {
    return FanoutConfig.defaults(bootstrap)
        .withPort(0)
        .withTopics(kafka.topics)
        .withStore(store, state(store));
  }

  private Path state(StoreKind store) {
    return folder.resolve("state-" + store);
  }

  private void report(
      String of, long count, Map<String, StoredKind> now, Map<String, StoredKind> before) {
    StoredKind none = new StoredKind(0, 0);
    now.forEach(
        (kind, stored) -> {
          StoredKind more = stored.minus(before.getOrDefault(kind, none));
          if (more.bytes() != 0) {
            say(
                "%s: %-9s %6.1f bytes in %5.2f entries",
                of, kind, (double) more.bytes() / count, (double) more.entries() / count);
          }
        });
    long total = now.values().stream().mapToLong(StoredKind::bytes).sum();
    long old = before.values().stream().mapToLong(StoredKind::bytes).sum();
    say("%s: %-9s %6.1f bytes", of, "together", (double) (total - old) / count);
  }

  private static void sizes(String of, long count, long files, long changelog) {
    say("%s: RocksDB's files %.1f bytes", of, (double) files / count);
    say("%s: changelog not compacted yet %.1f bytes", of, (double) changelog / count);
  }

  private long changelogBytes() throws Exception {
    long bytes = 0;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      List<Integer> nodes = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      for (Map<String, LogDirDescription> dirs :
          admin.describeLogDirs(nodes).allDescriptions().get().values()) {
        for (LogDirDescription dir : dirs.values()) {
          bytes +=
              dir.replicaInfos().entrySet().stream()
                  .filter(each -> each.getKey().topic().endsWith("-changelog"))
                  .mapToLong(each -> each.getValue().size())
                  .sum();
        }
      }
    }
    return bytes;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(20);
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not after 20 minutes");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }

  @Override
  public void close() {
    counters.close();
    kafka.close();
  }
}
