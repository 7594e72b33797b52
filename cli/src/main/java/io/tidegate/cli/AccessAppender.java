package io.tidegate.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log on a thread of its own: at most {@value #QUEUED_LINES} lines wait, with as
 * many again that the thread has taken, and more are dropped rather than that a request waits for
 * the disk. How many were dropped is logged, at most every 10 s.
 */
final class AccessAppender extends AsyncAppender {
  static final int QUEUED_LINES = 16_384;
  private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int FLUSH_MILLIS = 1_000;

  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);

  AccessAppender() {
    setQueueSize(QUEUED_LINES);
    setNeverBlock(true);
    setDiscardingThreshold(0);
    setMaxFlushTime(FLUSH_MILLIS);
  }

  @Override
  protected void append(ILoggingEvent line) {
    if (getRemainingCapacity() == 0) {
      dropped.incrementAndGet();
      tell();
      return;
    }
    super.append(line);
  }

  private void tell() {
    long now = System.nanoTime();
    long before = toldNanos.get();
    if (now - before >= TELL_NANOS && toldNanos.compareAndSet(before, now)) {
      LoggerFactory.getLogger(AccessAppender.class)
          .atWarn()
          .addKeyValue("lines", dropped.get())
          .log("the access log cannot keep up; lines were dropped so far");
    }
  }

  /** How many lines were dropped so far. */
  long dropped() {
    return dropped.get();
  }
}
