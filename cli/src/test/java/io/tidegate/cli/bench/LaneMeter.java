package io.tidegate.cli.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;

/**
 * Measures one run of a lane that was just started.
 *
 * <p>Nothing is read while the lane works, so that reading takes no CPU from it: how far it is tell
 * the offsets that it has committed, and how long it took the broker's times in its output. Its
 * start is left out of both, since each begins with its first commit.
 */
final class LaneMeter {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 20;

  private final BenchKafka kafka;
  private final String application;
  private final KafkaConsumer<byte[], byte[]> inbox;

  private long records;
  private long bytes;
  private long counted;
  private long first = Long.MAX_VALUE;
  private long withFirst;
  private long last;

  LaneMeter(BenchKafka kafka, String application, KafkaConsumer<byte[], byte[]> inbox) {
    this.kafka = kafka;
    this.application = application;
    this.inbox = inbox;
  }

  /**
   * @param before what was committed before it was started
   * @param messages that it has to work off
   * @param count how many of them an output record has
   */
  LaneRun measure(long before, int messages, BenchKafka.Count count) throws Exception {
    long deadline = System.nanoTime() + MOST.toNanos();
    long done = awaitBeyond(before, deadline);
    long cpu = cpuNanos();
    awaitBeyond(before + messages - 1, deadline);
    // What waits in batch windows comes after that.
    while (counted < messages) {
      requireTime(deadline);
      for (ConsumerRecord<byte[], byte[]> record : inbox.poll(Duration.ofMillis(LOOK_MILLIS))) {
        take(record, count.of(record));
      }
    }
    double cpuSeconds = (cpuNanos() - cpu) / 1e9;
    double seconds = (last - first) / 1e3;
    return new LaneRun(
        seconds,
        (messages - withFirst) / seconds,
        (before + messages - done) / cpuSeconds,
        (double) messages / records,
        (double) bytes / messages,
        0);
  }

  private void take(ConsumerRecord<byte[], byte[]> record, int messages) {
    if (messages == 0) {
      return;
    }
    counted += messages;
    records++;
    bytes += size(record);
    if (first == Long.MAX_VALUE) {
      first = record.timestamp();
    }
    if (record.timestamp() == first) {
      withFirst += messages;
    }
    last = record.timestamp();
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    long size = Math.max(0, record.serializedKeySize());
    size += record.serializedValueSize();
    for (Header header : record.headers()) {
      size += header.key().length();
      size += header.value().length;
    }
    return size;
  }

  /** Waits until more is committed; says how much. */
  private long awaitBeyond(long offsets, long deadline) throws Exception {
    long committed = kafka.committed(application);
    while (committed <= offsets) {
      requireTime(deadline);
      Thread.sleep(LOOK_MILLIS);
      committed = kafka.committed(application);
    }
    return committed;
  }

  private void requireTime(long deadline) {
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException(application + " is not done within " + MOST);
    }
  }

  private long cpuNanos() {
    List<Thread> streams =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches(application + "-.*StreamThread-[0-9]+"))
            .toList();
    if (streams.size() != 1) {
      throw new IllegalStateException("want one Streams thread, got " + streams);
    }
    return THREADS.getThreadCpuTime(streams.getFirst().threadId());
  }
}
