package io.tidegate.delivery.kafka;

import io.tidegate.contract.DeadLetter;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader's way to {@code tidegate.dead-letters}, where what it could not read outlives its
 * topic. All such records are counted, not all are written: ten at once, then one a second, since
 * there may be as many as there are messages and the first tell as much as the rest. After one that
 * could not be written there is none for a minute, because acks and heartbeats wait behind it.
 */
final class DeadLetters {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetters.class);
  private static final String CAUSE = "unreadable";
  private static final int BURST = 10;
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final WorkerLog log;
  private final DeliveryMetrics metrics;
  private final LongSupplier clock;

  /** When the letters so far would have come, had they come one a second. */
  private long letterClock;

  private volatile long pausedUntil;

  DeadLetters(WorkerLog log, DeliveryMetrics metrics, LongSupplier clock) {
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.letterClock = clock.getAsLong();
    this.pausedUntil = letterClock;
  }

  /**
   * @param detail the field and the reason
   */
  void add(ConsumerRecord<byte[], byte[]> record, String detail) {
    metrics.unreadable();
    long now = clock.getAsLong();
    if (letterClock - now < 0) {
      letterClock = now;
    }
    if (now - pausedUntil < 0 || letterClock - now > (BURST - 1) * EVERY_NANOS) {
      return;
    }
    letterClock += EVERY_NANOS;
    LOGGER
        .atWarn()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("detail", detail)
        .log("a record became a dead letter; more may follow that are only counted");
    log.deadLetter(
        DeadLetter.of(
            record.key(),
            record.value(),
            record.headers(),
            CAUSE,
            detail,
            record.topic(),
            record.partition(),
            record.offset()),
        () -> pausedUntil = clock.getAsLong() + PAUSE_NANOS);
  }
}
