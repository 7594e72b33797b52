package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EchoEncoder;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccessAppenderTest {
  /** Takes nothing until it is let go. */
  private static final class Stuck extends OutputStream {
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger lines = new AtomicInteger();

    /** Since the last flush. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicInteger flushes = new AtomicInteger();

    @Override
    public void write(int b) {
      throw new AssertionError("a line comes whole");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      lines.incrementAndGet();
      waiting.incrementAndGet();
    }

    @Override
    public void flush() {
      flushes.incrementAndGet();
      waiting.set(0);
    }
  }

  private final LoggerContext context = new LoggerContext();
  private final Stuck stuck = new Stuck();
  private AccessAppender appender;

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    EchoEncoder<ILoggingEvent> encoder = new EchoEncoder<>();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> target = new OutputStreamAppender<>();
    target.setContext(context);
    target.setEncoder(encoder);
    target.setImmediateFlush(false);
    target.setOutputStream(stuck);
    target.start();
    appender = new AccessAppender(target);
    appender.setContext(context);
    appender.start();
  }

  @AfterEach
  void stop() {
    stuck.go.countDown();
    appender.stop();
  }

  private void log(int lines) {
    for (int i = 0; i < lines; i++) {
      appender.doAppend(
          new LoggingEvent(
              "", context.getLogger("io.tidegate.ingest.access"), Level.INFO, "x", null, null));
    }
  }

  @Test
  void linesThatCannotBeWrittenShouldBeDroppedAndCountedAndNobodyWait() {
    // Given
    int lines = 4 * AccessAppender.QUEUED_LINES;

    // When
    log(lines);

    // Then: one may be with the thread that writes
    int most = 3 * AccessAppender.QUEUED_LINES;
    assertThat(appender.dropped()).isBetween(most - 1L, (long) most);
    stuck.go.countDown();
    await().until(() -> stuck.lines.get() + appender.dropped() == lines);
  }

  @Test
  void singleLineShouldNotWaitForOthers() {
    // Given
    stuck.go.countDown();
    await().until(() -> stuck.flushes.get() > 0);

    // When
    log(1);

    // Then
    await().until(() -> stuck.lines.get() == 1 && stuck.waiting.get() == 0);
  }

  @Test
  void whatWaitsShouldBeWrittenBeforeTheEnd() {
    // Given
    log(1_000);
    stuck.go.countDown();

    // When
    appender.stop();

    // Then
    assertThat(stuck.lines).hasValue(1_000);
    assertThat(stuck.waiting).hasValue(0);
  }

  @Test
  void endShouldNotWaitForWhatCannotBeWritten() {
    // Given
    log(10);

    // When
    appender.stop();

    // Then
    assertThat(stuck.lines).hasValue(0);
  }
}
