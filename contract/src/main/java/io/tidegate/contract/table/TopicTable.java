package io.tidegate.contract.table;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaTrouble;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic of one partition, followed from its beginning until {@link #close} by a thread
 * of its own, which tells a listener every change. While Kafka is away nothing changes, and reading
 * goes on where it was. Of a topic that was cut, or made anew and is not yet as long as what was
 * read of the old one, everything is told again, and then what is no longer in it as gone. Who was
 * cut off for longer than the topic keeps deletions ({@code delete.retention.ms}, a day) may miss
 * some until it is opened anew.
 */
public final class TopicTable implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(TopicTable.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration KAFKA_CALL = Duration.ofSeconds(5);
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long MOST_BACKOFF_MILLIS = 5_000;
  private static final Duration CONSUMER_CLOSE = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Hears of changes in the order of the topic, on the table's thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * What it throws is logged and counted, and the next change comes: one bad record stops
     * nothing.
     *
     * @param value null: the key is gone
     * @param offset of the record, so it rises from call to call unless the topic was cut; for what
     *     is gone with a topic that was made anew, the offset that its reading has come to
     */
    void changed(byte[] key, byte @Nullable [] value, long offset);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaTrouble trouble;
  private final TopicPartition partition;
  private final Listener listener;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final AtomicLong skipped = new AtomicLong();
  private final Object moved = new Object();

  /** Guarded by {@link #moved} for those who wait; written by the thread only. */
  private volatile long position;

  // Of the thread alone.
  private final Map<ByteBuffer, byte[]> known = new HashMap<>();
  private final Map<ByteBuffer, byte[]> unseen = new HashMap<>();
  private boolean placed;

  /** The end as it was when reading from the beginning began; reached: {@link Long#MAX_VALUE}. */
  private long goal;

  private TopicTable(
      Consumer<byte[], byte[]> consumer,
      KafkaTrouble trouble,
      String topic,
      String clientId,
      Listener listener) {
    this.consumer = consumer;
    this.trouble = trouble;
    this.partition = new TopicPartition(topic, 0);
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name(clientId).unstarted(this::run);
  }

  /**
   * Does not wait for Kafka.
   *
   * @throws KafkaException as {@link KafkaClients}
   */
  public static TopicTable open(
      KafkaAccess access, String topic, String clientId, Listener listener) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // To begin again is more than a seek: what is gone must be told.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(KAFKA_CALL.toMillis()));
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
    config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    TopicTable table =
        new TopicTable(
            KafkaClients.consumer(access, config),
            new KafkaTrouble(access, System::nanoTime),
            topic,
            clientId,
            listener);
    table.thread.start();
    return table;
  }

  /** Whether everything has been told that was there when Kafka was first asked. */
  public boolean caughtUp() {
    return caughtUp.getCount() == 0;
  }

  /** Waits until {@link #caughtUp}; false if that took longer than {@code timeout}. */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return caughtUp.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits until the record at {@code offset} has been told; false if that took longer. */
  public boolean awaitTold(long offset, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (moved) {
      while (position <= offset) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        moved.wait(left);
      }
    }
    return true;
  }

  /** The offset of the next record to be told. */
  public long position() {
    return position;
  }

  /** How many records the listener could not take, or had no key. */
  public long skipped() {
    return skipped.get();
  }

  private void run() {
    long backoffMillis = FIRST_BACKOFF_MILLIS;
    try {
      while (closing.getCount() > 0) {
        try {
          turn();
          backoffMillis = FIRST_BACKOFF_MILLIS;
        } catch (WakeupException e) {
          // Closing.
        } catch (OffsetOutOfRangeException e) {
          LOGGER.atWarn().addKeyValue("topic", partition.topic()).log("read again from the start");
          placed = false;
        } catch (RuntimeException | Error e) {
          String cause = trouble.met(e);
          if (cause != null) {
            LOGGER
                .atWarn()
                .addKeyValue("topic", partition.topic())
                .addKeyValue("cause", cause)
                .log("the topic could not be read, and is tried again every few seconds");
          }
          // A flag that stays up would fail every further call.
          Thread.interrupted();
          if (closing.await(backoffMillis, TimeUnit.MILLISECONDS)) {
            return;
          }
          backoffMillis = Math.min(2 * backoffMillis, MOST_BACKOFF_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      LOGGER.atDebug().log("interrupted");
    } finally {
      Thread.interrupted();
      consumer.close(CloseOptions.timeout(CONSUMER_CLOSE));
    }
  }

  private void turn() {
    if (placed) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        tell(record);
        moveTo(record.offset() + 1);
      }
      // Beyond the last record there may be markers of transactions.
      moveTo(consumer.position(partition));
    } else {
      place();
    }
    if (position >= goal) {
      goal = Long.MAX_VALUE;
      for (byte[] gone : List.copyOf(unseen.values())) {
        tell(gone, null, position);
      }
      caughtUp.countDown();
    }
  }

  private void place() {
    int partitions = consumer.partitionsFor(partition.topic(), KAFKA_CALL).size();
    if (partitions != 1) {
      throw new IllegalStateException("the topic has " + partitions + " partitions, want 1");
    }
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    goal = consumer.endOffsets(List.of(partition), KAFKA_CALL).getOrDefault(partition, 0L);
    moveTo(consumer.position(partition));
    unseen.clear();
    unseen.putAll(known);
    placed = true;
  }

  private void moveTo(long next) {
    synchronized (moved) {
      position = next;
      moved.notifyAll();
    }
  }

  private void tell(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    if (key == null) {
      skip(record.offset(), "the record has no key");
    } else {
      tell(key, record.value(), record.offset());
    }
  }

  private void tell(byte[] key, byte @Nullable [] value, long offset) {
    ByteBuffer comparable = ByteBuffer.wrap(key);
    unseen.remove(comparable);
    if (value == null) {
      known.remove(comparable);
    } else {
      known.put(comparable, key);
    }
    try {
      listener.changed(key, value, offset);
    } catch (RuntimeException | Error e) {
      skip(offset, e.toString());
    }
  }

  private void skip(long offset, String cause) {
    skipped.incrementAndGet();
    LOGGER
        .atWarn()
        .addKeyValue("topic", partition.topic())
        .addKeyValue("offset", offset)
        .addKeyValue("cause", cause)
        .log("a record was skipped");
  }

  /** Returns within about 2 s; nothing is told afterwards. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closing.countDown();
    consumer.wakeup();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      if (!thread.join(CLOSE)) {
        thread.interrupt();
        LOGGER.atWarn().addKeyValue("topic", partition.topic()).log("the reader does not end");
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
