package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AccessAppenderTest {
  /** Writes nothing until it is let go. */
  private static final class Stuck extends AppenderBase<ILoggingEvent> {
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger written = new AtomicInteger();

    @Override
    protected void append(ILoggingEvent line) {
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.incrementAndGet();
    }
  }

  @Test
  void linesThatCannotBeWrittenShouldBeDroppedAndCountedAndNobodyWait() {
    // Given
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    Stuck stuck = new Stuck();
    stuck.setContext(context);
    stuck.start();
    AccessAppender appender = new AccessAppender();
    appender.setContext(context);
    appender.addAppender(stuck);
    appender.start();
    int lines = 4 * AccessAppender.QUEUED_LINES;

    // When
    for (int i = 0; i < lines; i++) {
      appender.doAppend(
          new LoggingEvent(
              "", context.getLogger("io.tidegate.ingest.access"), Level.INFO, "x", null, null));
    }
    stuck.go.countDown();

    // Then: as many again, and the first, may be with the thread that writes
    assertThat(appender.dropped())
        .isBetween(2L * AccessAppender.QUEUED_LINES - 1, 3L * AccessAppender.QUEUED_LINES);
    await().until(() -> stuck.written.get() + appender.dropped() == lines);
    appender.stop();
  }
}
