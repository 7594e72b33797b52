package io.tidegate.delivery.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxDecoder;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.inbox.LoopBatches;
import io.tidegate.delivery.inbox.UnreadableException;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Fence;
import io.tidegate.delivery.slot.Peers;
import io.tidegate.delivery.slot.SlotHost;
import io.tidegate.delivery.slot.SlotLease;
import io.tidegate.delivery.slot.SlotStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the worker's inbox partition and the workers topic, and does what its
 * {@link SlotLease} says. Keeps invariants 10 (its consumer is read_committed), 13 and 14 (the
 * inbox's end is captured before SlotUp; sessions come only when the SlotUp was read back, so it is
 * written).
 */
final class InboxReader implements Runnable {
  private static final Logger LOGGER = LoggerFactory.getLogger(InboxReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration CAPTURE_TIMEOUT = Duration.ofSeconds(2);
  private static final long HANDOVER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition inbox;
  private final TopicPartition workers;
  private final String slotKey;
  private final SlotLease lease;
  private final Peers peers;
  private final WorkerLog log;
  private final InboxSink sink;
  private final SlotHost host;
  private final InboxDecoder decoder;
  private final KafkaTrouble trouble;
  private final DeliveryMetrics metrics;
  private final LongSupplier clock;
  private final DeadLetters deadLetters;

  private final Queue<String> failedAnnouncements = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Long> firstHeld = new CompletableFuture<>();

  /** Whether the consumer has its partitions and stands somewhere in them. */
  private boolean placed;

  private volatile boolean stopping;
  private volatile SlotStatus status = SlotStatus.STARTING;
  private volatile int fewestElsewhere = Integer.MAX_VALUE;

  InboxReader(
      Consumer<byte[], byte[]> consumer,
      Topics topics,
      int slot,
      SlotLease lease,
      Peers peers,
      WorkerLog log,
      InboxSink sink,
      SlotHost host,
      KafkaTrouble trouble,
      DeliveryMetrics metrics,
      LongSupplier clock) {
    this.consumer = consumer;
    this.inbox = new TopicPartition(topics.inbox(), slot);
    this.workers = new TopicPartition(topics.workers(), 0);
    this.slotKey = Integer.toString(slot);
    this.lease = lease;
    this.peers = peers;
    this.log = log;
    this.sink = sink;
    this.host = host;
    this.decoder = new InboxDecoder(slot);
    this.trouble = trouble;
    this.metrics = metrics;
    this.clock = clock;
    this.deadLetters = new DeadLetters(log, metrics, clock);
  }

  /** Completed with the incarnation once the slot is held for the first time. */
  CompletableFuture<Long> firstHeld() {
    return firstHeld;
  }

  SlotStatus status() {
    return status;
  }

  /** As {@link Peers#fewest}, as of the last heartbeat. On any thread. */
  int fewestElsewhere() {
    return fewestElsewhere;
  }

  void stop() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping && !lease.isLost()) {
        turn();
      }
    } catch (InterruptException | WakeupException e) {
      LOGGER.atDebug().log("inbox reader stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      metrics.fault();
      LOGGER.atError().setCause(e).log("inbox reader ended after a fault of ours");
      fence(Fence.FAULT, "a fault of the worker");
      status = SlotStatus.FAULTY;
      firstHeld.completeExceptionally(e);
    } finally {
      Thread.interrupted();
      consumer.close(
          org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofMillis(500)));
    }
  }

  /** One poll and what follows from it; a failure of Kafka's is met with patience. */
  void turn() throws InterruptedException {
    try {
      String failed;
      while ((failed = failedAnnouncements.poll()) != null) {
        lease.announceFailed(failed);
      }
      if (placed) {
        read();
      }
    } catch (WakeupException e) {
      return;
    } catch (InvalidOffsetException e) {
      LOGGER.atError().addKeyValue("partitions", e.partitions()).log("records removed unread");
      consumer.seekToEnd(e.partitions());
      if (lease.onGap() == SlotStep.Plain.FENCE) {
        fence(Fence.INBOX_GAP, "inbox records were removed unread");
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      String cause = trouble.met(e);
      if (cause != null) {
        LOGGER.atWarn().addKeyValue("cause", cause).log("could not read the inbox");
      }
      LockSupport.parkNanos(AFTER_FAILURE_NANOS);
    }
    perform(lease.onTick(clock.getAsLong()));
  }

  private void read() throws InterruptedException {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    if (!records.isEmpty()) {
      // A poll without any may have asked nobody.
      trouble.over();
    }
    for (ConsumerRecord<byte[], byte[]> record : records.records(workers)) {
      onWorkerRecord(record);
    }
    deliver(records.records(inbox));
  }

  private void onWorkerRecord(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    String slot = new String(record.key(), UTF_8);
    WorkerRecord worker;
    try {
      worker = WorkerRecord.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      if (slot.equals(slotKey)) {
        deadLetters.add(record, "value: no WorkerRecord: " + e.getMessage());
      }
      return;
    }
    long now = clock.getAsLong();
    if (!slot.equals(slotKey)) {
      onPeer(slot, worker, now);
      return;
    }
    switch (worker.getEventCase()) {
      case UP -> perform(lease.onSlotUp(record.offset(), worker.getUp().getProcess(), now));
      case HEARTBEAT -> perform(lease.onHeartbeat(worker.getHeartbeat().getIncarnation(), now));
      case DRAIN, EVENT_NOT_SET -> {}
    }
  }

  private void onPeer(String slot, WorkerRecord worker, long now) {
    switch (worker.getEventCase()) {
      case HEARTBEAT -> {
        if (worker.getHeartbeat().getFull()) {
          peers.left(slot);
        } else {
          peers.saw(slot, worker.getHeartbeat().getConnections(), now);
        }
      }
      case DRAIN -> peers.left(slot);
      case UP, EVENT_NOT_SET -> {}
    }
  }

  private void deliver(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
    if (records.isEmpty() || !lease.isHeld()) {
      return;
    }
    LoopBatches batches = new LoopBatches(sink.loops());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      List<Addressed> commands;
      try {
        commands = decoder.decode(record.value());
      } catch (UnreadableException e) {
        deadLetters.add(record, e.detail());
        continue;
      }
      perform(lease.onIncarnation(commands.getFirst().incarnation()));
      if (!lease.isHeld()) {
        return;
      }
      commands.forEach(batches::add);
    }
    for (Map.Entry<Integer, List<Addressed>> batch : batches.all()) {
      while (!sink.offer(batch.getKey(), batch.getValue(), HANDOVER_NANOS)) {
        perform(lease.onTick(clock.getAsLong()));
        if (stopping || !lease.isHeld()) {
          return;
        }
      }
    }
  }

  private void perform(SlotStep step) {
    switch (step) {
      case SlotStep.Plain plain -> {
        switch (plain) {
          case ANNOUNCE -> announce();
          case FENCE -> fence(Fence.NO_ROUND_TRIP, "no round trip to Kafka");
          case LOSE -> {
            fence(Fence.SLOT_LOST, "another worker holds slot " + slotKey);
            status = SlotStatus.LOST;
          }
          case NOTHING -> {}
        }
      }
      case SlotStep.Beat beat -> {
        fewestElsewhere = peers.fewest(clock.getAsLong());
        if (log.heartbeat(beat.incarnation(), host.load())) {
          lease.beatSent(clock.getAsLong());
        }
      }
      case SlotStep.Open open -> {
        host.open(open.incarnation());
        status = SlotStatus.held(open.incarnation());
        firstHeld.complete(open.incarnation());
        LOGGER
            .atInfo()
            .addKeyValue("slot", slotKey)
            .addKeyValue("incarnation", open.incarnation())
            .log("slot held");
      }
    }
  }

  /** Ends first, SlotUp then: what was in the inbox before is of sessions that are no more. */
  private void announce() {
    Set<TopicPartition> both = Set.of(inbox, workers);
    Map<TopicPartition, Long> ends;
    try {
      ends = consumer.endOffsets(both, CAPTURE_TIMEOUT);
    } catch (InterruptException | WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      String cause = trouble.met(e);
      if (cause != null) {
        LOGGER.atWarn().addKeyValue("cause", cause).log("could not capture the inbox's end");
      }
      return;
    }
    if (!placed) {
      // Only once: after that, another worker's SlotUp must not be skipped.
      consumer.assign(both);
      consumer.seek(workers, end(ends, workers));
      placed = true;
    }
    consumer.seek(inbox, end(ends, inbox));
    String process = lease.announcing();
    if (!log.slotUp(process, () -> failedAnnouncements.add(process))) {
      lease.announceFailed(process);
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    @Nullable Long end = ends.get(partition);
    if (end == null) {
      throw new IllegalStateException("no end offset of " + partition);
    }
    return end;
  }

  private void fence(Fence cause, String detail) {
    metrics.fenced(cause);
    host.fence(detail);
    status = SlotStatus.FENCED;
    LOGGER
        .atWarn()
        .addKeyValue("slot", slotKey)
        .addKeyValue("cause", cause)
        .log("every session closed");
  }
}
