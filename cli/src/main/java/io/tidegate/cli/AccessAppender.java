package io.tidegate.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log on a thread of its own: at most {@value #QUEUED_LINES} lines wait, and more
 * are dropped rather than that a request waits for the disk. How many were dropped is logged, at
 * most every 10 s.
 *
 * <p>The thread looks for lines every {@value #PAUSE_MILLIS} ms, and writes all that there are at
 * once: to be woken for each, and to write each for itself, cost a request more than all else that
 * its line does.
 */
final class AccessAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int QUEUED_LINES = 16_384;
  private static final int PAUSE_MILLIS = 20;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
  private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int LAST_MILLIS = 1_000;

  private final OutputStreamAppender<ILoggingEvent> target;

  /** Without a lock, for which requests would wait for one another. */
  private final Queue<ILoggingEvent> queue = new ConcurrentLinkedQueue<>();

  private final AtomicInteger queued = new AtomicInteger();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("tidegate-access-log").unstarted(this::write);
  private final AtomicLong dropped = new AtomicLong();

  /** Only the thread looks at it. */
  private long toldNanos = System.nanoTime() - TELL_NANOS;

  private volatile boolean stopping;

  /**
   * @param target does not write each line for itself; stopped with this
   */
  AccessAppender(OutputStreamAppender<ILoggingEvent> target) {
    this.target = target;
  }

  @Override
  public void start() {
    super.start();
    thread.start();
  }

  @Override
  protected void append(ILoggingEvent line) {
    if (queued.incrementAndGet() > QUEUED_LINES) {
      queued.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    line.prepareForDeferredProcessing();
    queue.add(line);
  }

  private void write() {
    try {
      writeAll();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(AccessAppender.class)
          .atError()
          .setCause(e)
          .log("the access log is not written any more");
    } finally {
      target.stop();
    }
  }

  private void writeAll() {
    long told = 0;
    while (true) {
      boolean last = stopping;
      ILoggingEvent line = queue.poll();
      if (line != null) {
        queued.decrementAndGet();
        target.doAppend(line);
        continue;
      }
      flush();
      long lost = dropped.get();
      if (lost > told && (last || mayTell())) {
        told = lost;
        LoggerFactory.getLogger(AccessAppender.class)
            .atWarn()
            .addKeyValue("lines", lost)
            .log("the access log cannot keep up; lines were dropped so far");
      }
      if (last) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void flush() {
    OutputStream out = target.getOutputStream();
    try {
      if (out != null) {
        out.flush();
      }
    } catch (IOException e) {
      addError("the access log cannot be written", e);
    }
  }

  private boolean mayTell() {
    long now = System.nanoTime();
    boolean may = now - toldNanos >= TELL_NANOS;
    if (may) {
      toldNanos = now;
    }
    return may;
  }

  /** How many lines were dropped so far. */
  long dropped() {
    return dropped.get();
  }

  /** Waits for at most a second until what there is is written; the thread closes the target. */
  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    stopping = true;
    LockSupport.unpark(thread);
    try {
      thread.join(LAST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
