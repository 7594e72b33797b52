package io.tidegate.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps Kafka's clients from filling the log while Kafka is away: each of them says several times a
 * second that it cannot connect. What is left out is told when its minute is over. Kafka's clients
 * format a line before they hand it over, so kinds are told by the text without its numbers.
 */
final class RepeatsFilter extends TurboFilter {
  private static final String OF_KAFKA = "org.apache.kafka.";

  private final LogRepeats repeats = new LogRepeats();
  private final org.slf4j.Logger ours;

  /**
   * @param ours where it is told what was left out; not one of Kafka's
   */
  RepeatsFilter(org.slf4j.Logger ours) {
    this.ours = ours;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    if (format == null || !level.isGreaterOrEqual(Level.WARN) || !isWritten(logger, level)) {
      return FilterReply.NEUTRAL;
    }
    String cause = failure == null ? "" : Reason.of(failure);
    String kind = LogRepeats.kind(logger.getName(), level.toString(), format, cause);
    LogRepeats.Verdict verdict;
    synchronized (repeats) {
      verdict = repeats.come(kind, System.currentTimeMillis());
    }
    return switch (verdict) {
      case WRITTEN -> FilterReply.NEUTRAL;
      case FIRST_LEFT_OUT -> {
        Thread.ofVirtual().name("tidegate-log").start(this::tellWhenOver);
        yield FilterReply.DENY;
      }
      case LEFT_OUT -> FilterReply.DENY;
    };
  }

  /** Asked for each line that anybody may want to log, so also for those that nobody reads. */
  private static boolean isWritten(Logger logger, Level level) {
    return logger.getName().startsWith(OF_KAFKA)
        && level.isGreaterOrEqual(logger.getEffectiveLevel());
  }

  private void tellWhenOver() {
    try {
      Thread.sleep(Duration.ofMillis(LogRepeats.WINDOW_MILLIS));
    } catch (InterruptedException e) {
      return;
    }
    List<LogRepeats.LeftOut> over;
    synchronized (repeats) {
      over = repeats.over(System.currentTimeMillis());
    }
    tell(over);
  }

  /** What was left out and not told yet; at the end. */
  void tellAll() {
    List<LogRepeats.LeftOut> all;
    synchronized (repeats) {
      all = repeats.all();
    }
    tell(all);
  }

  private void tell(List<LogRepeats.LeftOut> all) {
    for (LogRepeats.LeftOut each : all) {
      ours.atInfo()
          .addKeyValue("lines", each.lines())
          .addKeyValue("since", Instant.ofEpochMilli(each.sinceMillis()))
          .log("more of the same was left out: {}", each.kind());
    }
  }
}
