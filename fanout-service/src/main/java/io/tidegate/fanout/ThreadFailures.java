package io.tidegate.fanout;

import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.kafka.KafkaTrouble;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a stream thread that died: replaced, until it happens too often or cannot
 * help; then the client stops and says so by its health, for something else to start it again.
 *
 * <p>Where Kafka does not take our login (any more), a thread is replaced after {@link #PAUSE},
 * however often: Kafka may take it again, and a new process would be refused as well.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler, AutoCloseable {
  static final int MAX_REPLACED = 5;
  static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Logger LOGGER = LoggerFactory.getLogger(ThreadFailures.class);

  private final KafkaTrouble trouble;
  private final LongSupplier nanoClock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Deque<Long> replacedNanos = new ArrayDeque<>();

  ThreadFailures(KafkaTrouble trouble, LongSupplier nanoClock) {
    this.trouble = trouble;
    this.nanoClock = nanoClock;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    return KafkaFault.isOfLogin(thrown) ? refused(thrown) : died(thrown);
  }

  /** On the thread that died, which still is one of the client's. */
  private StreamThreadExceptionResponse refused(Throwable thrown) {
    String words = trouble.met(thrown);
    if (words != null) {
      LOGGER
          .atError()
          .addKeyValue("cause", words)
          .addKeyValue("again", PAUSE)
          .log("a stream thread is not let in by Kafka");
    }
    // Streams throws it on, and what nobody catches has its stack printed.
    Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
    try {
      boolean _ = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** No thread waits any longer. */
  @Override
  public void close() {
    closing.countDown();
  }

  private synchronized StreamThreadExceptionResponse died(Throwable thrown) {
    StreamThreadExceptionResponse response = decide(thrown);
    LOGGER
        .atError()
        .addKeyValue("response", response)
        .addKeyValue("replaced", replacedNanos.size())
        .setCause(thrown)
        .log("a stream thread died");
    return response;
  }

  private StreamThreadExceptionResponse decide(Throwable thrown) {
    if (isHopeless(thrown)) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    long now = nanoClock.getAsLong();
    while (!replacedNanos.isEmpty() && now - replacedNanos.peekFirst() > WITHIN.toNanos()) {
      replacedNanos.removeFirst();
    }
    if (replacedNanos.size() >= MAX_REPLACED) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    replacedNanos.addLast(now);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** A new thread would meet the same: another has our instance id, or a topic was deleted. */
  private static boolean isHopeless(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof FencedInstanceIdException
          || at instanceof MissingSourceTopicException
          || at instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }
}
