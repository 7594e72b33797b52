package io.tidegate.ingest.publish;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes a producer for whoever asks, in a thread of its own, because a flush ends only when Kafka
 * has answered. While it waits for that the producer lingers over nothing.
 */
public final class Flusher implements Departures, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Flusher.class);

  /** Well above the time between two who come where many do. */
  private static final long LULL_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private final Producer<?, ?> producer;
  private final long lullNanos;
  private final Thread thread;

  private volatile boolean asked;

  /** Whether the thread waits for a lull. */
  private volatile boolean watching;

  /** Since the thread last looked. */
  private volatile boolean someoneCame;

  private volatile boolean closed;

  /**
   * @param producer closed by its owner, after this
   */
  public Flusher(Producer<?, ?> producer) {
    this(producer, LULL_NANOS);
  }

  /**
   * @param lullNanos so long nobody comes in a lull
   */
  Flusher(Producer<?, ?> producer, long lullNanos) {
    this.producer = producer;
    this.lullNanos = lullNanos;
    this.thread = Thread.ofPlatform().daemon().name("tidegate-ingest-flush").start(this::run);
  }

  @Override
  public void now() {
    if (!asked) {
      asked = true;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void afterLull() {
    someoneCame = true;
    if (!watching) {
      watching = true;
      LockSupport.unpark(thread);
    }
  }

  /** Before each flush its reason is forgotten: who comes during it may have come too late. */
  private void run() {
    while (!closed) {
      if (asked) {
        asked = false;
        flush();
      } else if (watching) {
        if (isLull()) {
          watching = false;
          flush();
        }
      } else {
        LockSupport.park(this);
      }
    }
  }

  private boolean isLull() {
    someoneCame = false;
    long end = System.nanoTime() + lullNanos;
    long left = lullNanos;
    while (left > 0 && !asked && !closed) {
      LockSupport.parkNanos(this, left);
      left = end - System.nanoTime();
    }
    return !someoneCame && !asked;
  }

  private void flush() {
    try {
      producer.flush();
    } catch (RuntimeException e) {
      // Who waits is told by the producer itself, or waits for its linger. Kafka's
      // InterruptException sets the flag, with which no park would park.
      boolean _ = Thread.interrupted();
      LOGGER.atDebug().setCause(e).log("the producer could not be flushed");
    }
  }

  /** Waits for nothing; what is still lingered over is the producer's to send. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
