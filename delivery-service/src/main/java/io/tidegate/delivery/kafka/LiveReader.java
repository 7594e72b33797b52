package io.tidegate.delivery.kafka;

import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.inbox.InboxDecoder;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.inbox.LoopBatches;
import io.tidegate.delivery.inbox.UnreadableException;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the messages with ttl 0. They are worth nothing later, so that it waits for
 * nothing: uncommitted records are read, and what an event loop can't take now is dropped.
 */
final class LiveReader implements Runnable {
  private static final Logger LOGGER = LoggerFactory.getLogger(LiveReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long HANDOVER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition live;
  private final InboxSink sink;
  private final InboxDecoder decoder;
  private final DeadLetters deadLetters;
  private final KafkaTrouble trouble;
  private final DeliveryMetrics metrics;

  private volatile boolean stopping;

  LiveReader(
      Consumer<byte[], byte[]> consumer,
      Topics topics,
      int slot,
      InboxSink sink,
      DeadLetters deadLetters,
      KafkaTrouble trouble,
      DeliveryMetrics metrics) {
    this.consumer = consumer;
    this.live = new TopicPartition(topics.live(), slot);
    this.sink = sink;
    this.decoder = new InboxDecoder(slot);
    this.deadLetters = deadLetters;
    this.trouble = trouble;
    this.metrics = metrics;
  }

  /**
   * Goes to the end, before the thread starts and before SlotUp.
   *
   * @throws KafkaException if Kafka does not say in time where that is
   */
  void place(Duration timeout) {
    consumer.assign(List.of(live));
    consumer.seekToEnd(List.of(live));
    consumer.position(live, timeout);
  }

  void stop() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        turn();
      }
    } catch (InterruptException e) {
      LOGGER.atDebug().log("live reader interrupted");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      metrics.fault();
      LOGGER.atError().setCause(e).log("live reader ended after a fault of ours");
    } finally {
      Thread.interrupted();
      consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
    }
  }

  void turn() throws InterruptedException {
    try {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(live);
      LoopBatches batches = new LoopBatches(sink.loops());
      for (ConsumerRecord<byte[], byte[]> record : records) {
        List<Addressed> commands;
        try {
          commands = decoder.decode(record.value());
        } catch (UnreadableException e) {
          deadLetters.add(record, e.detail());
          continue;
        }
        if (commands.stream().allMatch(it -> it.command() instanceof InboxCommand.Live)) {
          commands.forEach(batches::add);
        } else {
          // What counts must not come from a topic that is read uncommitted.
          deadLetters.add(record, "command: only live is one of this topic");
        }
      }
      for (Map.Entry<Integer, List<Addressed>> batch : batches.all()) {
        if (!sink.offer(batch.getKey(), batch.getValue(), HANDOVER_NANOS)) {
          metrics.live(DeliveryMetrics.Live.OVERLOADED, batch.getValue().size());
        }
      }
    } catch (WakeupException | InterruptException e) {
      if (e instanceof InterruptException) {
        throw e;
      }
    } catch (KafkaException e) {
      String cause = trouble.met(e);
      if (cause != null) {
        LOGGER.atWarn().addKeyValue("cause", cause).log("could not read the live topic");
      }
      LockSupport.parkNanos(AFTER_FAILURE_NANOS);
    }
  }
}
