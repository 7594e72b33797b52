package io.tidegate.fanout;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a stream thread that died: replaced, until it happens too often or cannot
 * help; then the client stops and says so by its health, for something else to start it again.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {
  static final int MAX_REPLACED = 5;
  static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Logger LOGGER = LoggerFactory.getLogger(ThreadFailures.class);

  private final LongSupplier nanoClock;
  private final Deque<Long> replacedNanos = new ArrayDeque<>();

  ThreadFailures(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable thrown) {
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
