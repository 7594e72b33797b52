package io.tidegate.ingest.connection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks after all connections' {@link Guard}s and ends those that are overdue. Where nine tenths of
 * the connections that there may be are there, the ones that are between two requests for longer
 * than a second make room for others.
 */
public final class Watchdog implements AutoCloseable {
  private static final long CROWDED_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final Thread thread;
  private final long periodNanos;
  private final int crowd;
  private final byte[] requestTimeout;
  private final Consumer<Phase> ended;
  private volatile boolean closed;

  /**
   * @param period how often it looks, so how late it may be
   * @param maxConnections as many as may be open
   * @param requestTimeout a whole HTTP response, for a request that did not arrive in time
   * @param ended is told of each connection that was ended; must not block or throw
   */
  public Watchdog(
      Duration period, int maxConnections, byte[] requestTimeout, Consumer<Phase> ended) {
    this.periodNanos = period.toNanos();
    this.crowd = maxConnections - maxConnections / 10;
    this.requestTimeout = requestTimeout;
    this.ended = ended;
    this.thread = Thread.ofPlatform().daemon().name("tidegate-ingest-watchdog").start(this::run);
  }

  /** How many connections there are. */
  public int connections() {
    return Math.max(0, guards.size() - streams());
  }

  /** How many requests of HTTP/2 there are. */
  public int streams() {
    return streams.get();
  }

  void watch(Guard guard) {
    guards.add(guard);
    if (guard.ofOneRequest()) {
      streams.incrementAndGet();
    }
  }

  void forget(Guard guard) {
    guards.remove(guard);
    if (guard.ofOneRequest()) {
      streams.decrementAndGet();
    }
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(this, periodNanos);
      long now = System.nanoTime();
      long mostIdle = connections() >= crowd ? CROWDED_IDLE_NANOS : Long.MAX_VALUE;
      for (Guard guard : guards) {
        Phase phase = guard.overdue(now, mostIdle);
        if (phase != null) {
          ended.accept(phase);
          end(guard, phase);
        }
      }
    }
  }

  private void end(Guard guard, Phase phase) {
    switch (phase) {
      // On a thread of its own: a client that does not read must not hold up the others.
      case HEAD, BODY, STREAM, FRAME -> Thread.ofVirtual().start(() -> farewell(guard));
      case IDLE, ANSWER, LINGER -> guard.close();
    }
  }

  /** Writes the answer, but if the client does not take it, closes all the same. */
  private void farewell(Guard guard) {
    Thread writing = Thread.ofVirtual().start(() -> guard.end(requestTimeout));
    try {
      if (!writing.join(Duration.ofNanos(Math.max(periodNanos, TimeUnit.SECONDS.toNanos(1))))) {
        guard.close();
      }
    } catch (InterruptedException e) {
      guard.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
