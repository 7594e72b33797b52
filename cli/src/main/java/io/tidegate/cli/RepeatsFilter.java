package io.tidegate.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Keeps Kafka's clients from filling the log while Kafka is away: each of them says several times a
 * second that it cannot connect. What is left out is told when its minute is over and the next line
 * of theirs comes.
 */
final class RepeatsFilter extends TurboFilter {
  private static final String OF_KAFKA = "org.apache.kafka.";
  private static final org.slf4j.Logger OURS = LoggerFactory.getLogger(RepeatsFilter.class);

  private final LogRepeats repeats = new LogRepeats();

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    if (format == null || !level.isGreaterOrEqual(Level.WARN) || !isOfKafka(logger, level)) {
      return FilterReply.NEUTRAL;
    }
    long now = System.currentTimeMillis();
    List<LogRepeats.LeftOut> over;
    boolean allowed;
    synchronized (repeats) {
      over = repeats.over(now);
      allowed = repeats.allows(format, now);
    }
    for (LogRepeats.LeftOut each : over) {
      OURS.atInfo()
          .addKeyValue("lines", each.lines())
          .addKeyValue("seconds", LogRepeats.WINDOW_MILLIS / 1000)
          .log("more of the same was left out: {}", each.kind());
    }
    return allowed ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  /** Asked for each line that anybody may want to log, so also for those that nobody reads. */
  private static boolean isOfKafka(Logger logger, Level level) {
    return logger.getName().startsWith(OF_KAFKA)
        && level.isGreaterOrEqual(logger.getEffectiveLevel());
  }
}
