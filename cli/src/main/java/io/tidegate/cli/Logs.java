package io.tidegate.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go. Silent at first, so that a command's output is its own; {@link #toFile} and
 * {@link #toConsole} open them. Logback finds this class as a service, which spares it reading XML
 * at every start.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{30} - %msg";
  private static final String PATTERN = LINE + " %kvp%n";

  /** As other lines, but its pairs are in the message already. */
  private static final String ACCESS_PATTERN = LINE + "%n";

  private static final String OURS = "io.tidegate";
  private static final String ACCESS = "io.tidegate.ingest.access";

  /** What is written of the access log at once. */
  private static final int ACCESS_BYTES = 64 * 1024;

  private static volatile @Nullable RepeatsFilter repeats;

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    root(context).setLevel(Level.WARN);
    context.getLogger(OURS).setLevel(Level.INFO);
    RepeatsFilter filter = new RepeatsFilter(context.getLogger(RepeatsFilter.class));
    context.addTurboFilter(filter);
    repeats = filter;
    // The broker is asked for its features before it is formatted, metrics before they exist.
    context.getLogger("org.apache.kafka.common.utils.AppInfoParser").setLevel(Level.ERROR);
    // Before anything can start, so that nothing of it reaches a command's output.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Everything into {@code file}, but for the access log, which goes to {@code access.log} beside
   * it (two of each, of 20 MB and what comes in a second); and our own warnings to stderr too.
   */
  public static void toFile(Path file) {
    LoggerContext context = context();
    root(context).addAppender(started(rolling(file, context), context, PATTERN));
    access(rolling(file.resolveSibling("access.log"), context), context);

    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    ThresholdFilter warnings = new ThresholdFilter();
    warnings.setLevel(Level.WARN.toString());
    warnings.start();
    console.addFilter(warnings);
    context.getLogger(OURS).addAppender(started(console, context, "tidegate: %msg %kvp%n"));
  }

  private static RollingFileAppender<ILoggingEvent> rolling(Path file, LoggerContext context) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    // First, since it tells stdout what it cannot tell a context.
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setBufferSize(new FileSize(ACCESS_BYTES));

    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(1);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf("20MB"));
    size.setCheckIncrement(Duration.buildBySeconds(1));
    size.start();

    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    return appender;
  }

  /** The access log is written on a thread of its own, so that no request waits for it. */
  private static void access(OutputStreamAppender<ILoggingEvent> target, LoggerContext context) {
    target.setImmediateFlush(false);
    AccessAppender appender = new AccessAppender(started(target, context, ACCESS_PATTERN));
    appender.setContext(context);
    appender.start();
    Logger logger = context.getLogger(ACCESS);
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  /** Writes what still waits to be written, for at most a second; nothing is logged afterwards. */
  static void stop() {
    RepeatsFilter filter = repeats;
    if (filter != null) {
      filter.tellAll();
    }
    context().stop();
  }

  /** Everything to stderr, as a container wants it. */
  public static void toConsole() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    root(context()).addAppender(started(console, context(), PATTERN));
    OutputStreamAppender<ILoggingEvent> access = new OutputStreamAppender<>();
    // A line is given to it whole, so that what it writes at once is whole lines.
    access.setOutputStream(
        new BufferedOutputStream(System.err, ACCESS_BYTES) {
          // What is printed after the log has ended is still to be seen.
          @Override
          public void close() throws IOException {
            flush();
          }
        });
    access(access, context());
  }

  private static OutputStreamAppender<ILoggingEvent> started(
      OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(pattern);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static Logger root(LoggerContext context) {
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
