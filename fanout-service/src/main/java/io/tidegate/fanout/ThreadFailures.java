package io.tidegate.fanout;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.kafka.KafkaTrouble;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
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
 * however often: Kafka may take it again, and a new process would be refused as well. Not before
 * clients can be made, for Streams makes those of the new thread on the one that died, and has no
 * thread in its place if that fails, such as while a certificate is being renewed. If the file of
 * the login says something else by now, the client stops: only a new process reads it.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler, AutoCloseable {
  static final int MAX_REPLACED = 5;
  static final Duration WITHIN = Duration.ofMinutes(10);

  /** Before a thread is replaced whose login was refused. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(ThreadFailures.class);

  private final KafkaAccess access;
  private final KafkaTrouble trouble;
  private final Duration pause;
  private final LongSupplier nanoClock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();
  private final Deque<Long> replacedNanos = new ArrayDeque<>();

  /**
   * @param pause mostly {@link #PAUSE}
   */
  ThreadFailures(KafkaAccess access, KafkaTrouble trouble, Duration pause, LongSupplier nanoClock) {
    this.access = access;
    this.trouble = trouble;
    this.pause = pause;
    this.nanoClock = nanoClock;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    return KafkaFault.isOfLogin(thrown) ? refused(thrown) : died(thrown);
  }

  /** On the thread that died, which still is one of the client's. */
  private StreamThreadExceptionResponse refused(Throwable thrown) {
    tell(thrown);
    // Streams throws it on, and what nobody catches has its stack printed.
    Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
    waiting.incrementAndGet();
    try {
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        if (access.isChanged()) {
          LOGGER
              .atError()
              .addKeyValue("file", access.setBy())
              .log("the login is another now: fan-out stops, to be started anew with it");
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        if (canMakeClients()) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.decrementAndGet();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private void tell(Throwable refusal) {
    String words = trouble.met(refusal);
    if (words != null) {
      LOGGER
          .atError()
          .addKeyValue("cause", words)
          .addKeyValue("again", pause)
          .log("a stream thread is not let in by Kafka");
    }
  }

  private boolean canMakeClients() {
    try {
      KafkaClients.admin(access, Map.of()).close(Duration.ZERO);
      return true;
    } catch (KafkaException e) {
      tell(e);
      return false;
    }
  }

  /** Whether a thread waits until Kafka may let it in. */
  boolean isRefused() {
    return waiting.get() > 0;
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
