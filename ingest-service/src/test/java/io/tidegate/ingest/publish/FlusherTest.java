package io.tidegate.ingest.publish;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FlusherTest {
  private static final long LULL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Kafka kafka = new Kafka();
  private final Flusher flusher = new Flusher(kafka, LULL_NANOS);

  @AfterEach
  void stop() {
    flusher.close();
    kafka.answers.release(100);
  }

  /** Its flush ends when the test says so. */
  private static final class Kafka extends MockProducer<byte[], byte[]> {
    final AtomicInteger begun = new AtomicInteger();
    final Semaphore answers = new Semaphore(0);
    volatile boolean broken;

    Kafka() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // to wait holding nothing
    public void flush() {
      begun.incrementAndGet();
      answers.acquireUninterruptibly();
      if (broken) {
        throw new KafkaException("as the test wants it");
      }
    }
  }

  @Test
  void whoAsksDuringAFlushShouldHaveAnotherAndOnlyOneForAll() {
    // Given
    flusher.now();
    await().until(() -> kafka.begun.get() == 1);

    // When
    for (int i = 0; i < 10; i++) {
      flusher.now();
    }
    kafka.answers.release(2);

    // Then
    await().until(() -> kafka.begun.get() == 2 && kafka.answers.availablePermits() == 0);
    flusher.now();
    await().until(() -> kafka.begun.get() == 3);
  }

  @Test
  void whatManyWaitForShouldGoInALullOnly() {
    // Given
    kafka.answers.release(100);
    flusher.afterLull();
    await().until(() -> kafka.begun.get() == 1);
    try (Flusher noLull = new Flusher(kafka, TimeUnit.HOURS.toNanos(1))) {
      // When
      for (int i = 0; i < 10; i++) {
        noLull.afterLull();
      }
      await().during(Duration.ofMillis(50)).until(() -> kafka.begun.get() == 1);
      noLull.now();

      // Then
      await().until(() -> kafka.begun.get() == 2);
      await().during(Duration.ofMillis(50)).until(() -> kafka.begun.get() == 2);
    }
  }

  @Test
  void aFlushThatFailsShouldNotBeTheLast() {
    // Given
    kafka.broken = true;
    kafka.answers.release();
    flusher.now();
    await().until(() -> kafka.begun.get() == 1 && kafka.answers.availablePermits() == 0);

    // When
    kafka.broken = false;
    flusher.now();

    // Then
    await().until(() -> kafka.begun.get() == 2);
  }
}
