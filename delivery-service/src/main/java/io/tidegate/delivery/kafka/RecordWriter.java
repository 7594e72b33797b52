package io.tidegate.delivery.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.worker.Drain;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.SlotUp;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Result;
import io.tidegate.delivery.metrics.DeliveryMetrics.Written;
import io.tidegate.delivery.session.SessionLog;
import io.tidegate.delivery.session.SessionRecords;
import io.tidegate.delivery.slot.Load;
import io.tidegate.delivery.webhook.EndpointLog;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything the worker writes. A bounded queue and one thread stand before the producer, since
 * {@code send} may block and event loops must not. One thread and an idempotent producer keep the
 * order in which the records of a user were left.
 */
final class RecordWriter implements SessionLog, WorkerLog, EndpointLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecordWriter.class);
  private static final String REFUSED = "endpoint_refused";
  private static final int QUEUE_RECORDS = 32 * 1024;
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final byte[] slotKey;
  private final DeliveryMetrics metrics;
  private final BlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE_RECORDS);
  private final Thread thread = new Thread(this::run, "tidegate-delivery-writer");

  private volatile boolean closing;
  private volatile long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  private record Outgoing(
      Written kind, ProducerRecord<byte[], byte[]> record, Consumer<Boolean> done) {}

  RecordWriter(
      Producer<byte[], byte[]> producer, Topics topics, int slot, DeliveryMetrics metrics) {
    this.producer = producer;
    this.topics = topics;
    this.slotKey = Integer.toString(slot).getBytes(UTF_8);
    this.metrics = metrics;
    metrics.gauge("write.queue", "Records before the producer", queue::size);
  }

  RecordWriter start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  @Override
  public boolean up(UserKey user, SessionId id, ClientFrame.Hello hello) {
    byte[] up = SessionRecords.up(id, hello, System.currentTimeMillis());
    return session(Written.SESSION_UP, user.toBytes(), up);
  }

  @Override
  public boolean down(UserKey user, SessionId id, String device) {
    return session(Written.SESSION_DOWN, user.toBytes(), SessionRecords.down(id, device));
  }

  @Override
  public boolean unknown(String user, SessionId id) {
    return session(Written.SESSION_UNKNOWN, user.getBytes(UTF_8), SessionRecords.unknown(id));
  }

  @Override
  public boolean acks(int partition, byte[] batch, Consumer<Boolean> done) {
    return offer(Written.ACKS, new ProducerRecord<>(topics.acks(), partition, null, batch), done);
  }

  @Override
  public boolean slotUp(String process, Runnable failed) {
    return worker(
        Written.SLOT_UP,
        WorkerRecord.newBuilder().setUp(SlotUp.newBuilder().setProcess(process)).build(),
        failed);
  }

  @Override
  public boolean heartbeat(long incarnation, Load load) {
    return worker(
        Written.HEARTBEAT,
        WorkerRecord.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder()
                    .setIncarnation(incarnation)
                    .setConnections(load.connections())
                    .setUnwritablePermille(load.unwritablePermille())
                    .setLoopDelayMillis(load.loopDelayMillis())
                    .setFull(load.full()))
            .build(),
        RecordWriter::nothing);
  }

  @Override
  public boolean drain(long incarnation) {
    return worker(
        Written.DRAIN,
        WorkerRecord.newBuilder().setDrain(Drain.newBuilder().setIncarnation(incarnation)).build(),
        RecordWriter::nothing);
  }

  @Override
  public boolean deadLetter(DeadLetter letter, Runnable failed) {
    return deadLetter(letter, whereFailed(failed));
  }

  private boolean deadLetter(DeadLetter letter, Consumer<Boolean> done) {
    return offer(
        Written.DEAD_LETTER,
        new ProducerRecord<>(
            topics.deadLetters(), null, letter.key(), letter.value(), letter.headers()),
        done);
  }

  @Override
  public boolean status(Endpoints.Known endpoint, EndpointStatus status) {
    return offer(
        Written.ENDPOINT_STATUS,
        new ProducerRecord<>(
            topics.endpoints(), 0, EndpointStatus.key(endpoint.key()), status.toBytes()),
        written -> {});
  }

  @Override
  public boolean deadLetter(
      Endpoints.Known endpoint, String detail, byte[] body, Consumer<Boolean> done) {
    return deadLetter(
        DeadLetter.of(
            endpoint.key().owner().toBytes(),
            body,
            new RecordHeaders(),
            REFUSED,
            "endpoint " + endpoint.key().name() + ": " + detail,
            topics.endpoints(),
            0,
            endpoint.offset()),
        done);
  }

  private boolean session(Written kind, byte[] key, byte[] value) {
    return offer(kind, new ProducerRecord<>(topics.sessions(), key, value), written -> {});
  }

  private boolean worker(Written kind, WorkerRecord value, Runnable failed) {
    return offer(
        kind,
        new ProducerRecord<>(topics.workers(), 0, slotKey, value.toByteArray()),
        whereFailed(failed));
  }

  private static Consumer<Boolean> whereFailed(Runnable failed) {
    return written -> {
      if (!written) {
        failed.run();
      }
    };
  }

  private boolean offer(
      Written kind, ProducerRecord<byte[], byte[]> record, Consumer<Boolean> done) {
    boolean room = !closing && queue.offer(new Outgoing(kind, record, done));
    if (!room) {
      metrics.written(kind, Result.REFUSED);
    }
    return room;
  }

  private void run() {
    try {
      while (true) {
        Outgoing next = queue.poll(20, TimeUnit.MILLISECONDS);
        if (next != null) {
          send(next);
        } else if (closing) {
          return;
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOGGER.atWarn().addKeyValue("records", queue.size()).log("left unwritten: out of time");
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback has the outcome.
  private void send(Outgoing next) {
    try {
      producer.send(next.record(), (metadata, failure) -> done(next, failure));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      done(next, e);
    }
  }

  private void done(Outgoing sent, @Nullable Exception failure) {
    if (failure == null) {
      metrics.written(sent.kind(), Result.OK);
      sent.done().accept(true);
      return;
    }
    metrics.written(sent.kind(), Result.FAILED);
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      loggedAt = now;
      LOGGER
          .atWarn()
          .addKeyValue("record", sent.kind())
          .addKeyValue("cause", failure.toString())
          .log("a record could not be written; more may follow that are not logged");
    }
    sent.done().accept(false);
  }

  private static void nothing() {}

  /** Whether the thread that writes is there. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /**
   * Takes nothing more, writes what waits, and closes the producer.
   *
   * @param timeout after which what still waits is given up
   */
  void close(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    closing = true;
    if (thread.isAlive() && !thread.join(timeout)) {
      thread.interrupt();
    }
    long left = Math.max(0, deadline - System.nanoTime());
    producer.close(Duration.ofNanos(left));
  }
}
