package io.tidegate.loadtest.offer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Backlog;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages straight to the topic, as any producer may, durably: acknowledged by all replicas
 * that are in sync. Kafka's producer tries again by itself; what it gives up is refused.
 */
public final class KafkaDoor implements Door {
  private static final String SOURCE = "/tidegate/loadtest";
  private static final String TYPE = "io.tidegate.loadtest";
  private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int MOST_BLOCK_MILLIS = 5_000;
  private static final long MOST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final KafkaAccess kafka;
  private final String topic;
  private final String tenant;
  private final Outgoing outgoing;
  private final Backlog backlog;
  private final OfferEvents events;
  private final byte[] payload;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong open = new AtomicLong();
  private @Nullable Thread thread;

  /** Up to when the producer itself had what fell due wait; of the thread that hands in. */
  private long blockedUntil = -1;

  private volatile boolean handedIn;
  private volatile boolean closed;

  /**
   * @param topic of messages
   */
  public KafkaDoor(
      KafkaAccess kafka,
      String topic,
      String tenant,
      Outgoing outgoing,
      Backlog backlog,
      OfferEvents events) {
    this.kafka = kafka;
    this.topic = topic;
    this.tenant = tenant;
    this.outgoing = outgoing;
    this.backlog = backlog;
    this.events = events;
    this.payload = Payload.json(outgoing.sending().bytes()).getBytes(UTF_8);
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "snappy");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_BLOCK_MILLIS);
    this.producer = KafkaClients.producer(kafka, settings);
  }

  @Override
  public void open() throws IOException {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      throw new IOException("%s (asked for topic %s)".formatted(KafkaFault.of(kafka, e), topic), e);
    }
  }

  @Override
  public void start(long startNanos) {
    Thread hand = new Thread(() -> run(startNanos), "load-kafka");
    hand.setDaemon(true);
    thread = hand;
    hand.start();
  }

  private void run(long startNanos) {
    try {
      handIn(startNanos);
    } finally {
      handedIn = true;
    }
  }

  private void handIn(long startNanos) {
    while (!closed && !backlog.isEmpty()) {
      long now = System.nanoTime() - startNanos;
      long message = backlog.poll(now);
      if (message == Backlog.NONE) {
        LockSupport.parkNanos(Math.clamp(backlog.nextNanos() - now, 1, MOST_PARK_NANOS));
      } else {
        send(message, now, startNanos);
      }
    }
  }

  private void send(long message, long now, long startNanos) {
    boolean heldUp = backlog.dueNanos(message) <= blockedUntil;
    events.sent(message, now, heldUp ? OfferEvents.HELD_UP : now - backlog.dueNanos(message));
    if (now - backlog.dueNanos(message) > DoorRules.PATIENCE.toNanos()) {
      events.refused(message, "not sent", false);
      return;
    }
    open.incrementAndGet();
    UserKey user = new UserKey(tenant, outgoing.names().user(outgoing.audience().choice(message)));
    long millis = System.currentTimeMillis();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            null,
            millis,
            user.toBytes(),
            payload,
            CloudEventCodec.headers(user, message(message, millis)));
    try {
      var _ =
          producer.send(
              record,
              (done, error) -> {
                if (error == null) {
                  events.accepted(message, System.nanoTime() - startNanos);
                } else {
                  events.refused(message, error.getClass().getSimpleName(), false);
                }
                open.decrementAndGet();
              });
    } catch (KafkaException e) {
      events.refused(message, e.getClass().getSimpleName(), false);
      open.decrementAndGet();
    }
    long after = System.nanoTime() - startNanos;
    if (after - now > BLOCKED_NANOS) {
      blockedUntil = after;
    }
  }

  private Message message(long message, long millis) {
    Sending sending = outgoing.sending();
    Integer ttl = sending.ttlSeconds();
    return new Message(
        outgoing.ids().of(message),
        SOURCE,
        TYPE,
        millis,
        sending.urgency(),
        ttl == null ? Message.NEVER : millis + TimeUnit.SECONDS.toMillis(ttl),
        0,
        sending.collapse() ? "load" : null,
        sending.category(),
        null,
        null,
        payload);
  }

  @Override
  public boolean isDone() {
    return handedIn && open.get() == 0;
  }

  /** Kafka's producer has a few for all. */
  @Override
  public int mostInUse() {
    return 0;
  }

  /** What became of a message is told by its answer. */
  @Override
  public String lastFailure() {
    return "";
  }

  @Override
  public void close() {
    closed = true;
    Thread hand = thread;
    if (hand != null) {
      LockSupport.unpark(hand);
    }
    producer.close(Duration.ofSeconds(5));
  }
}
