package io.tidegate.fanout.pace;

import io.tidegate.contract.policy.Period;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The days, or the weeks from Monday on, of one zone's calendar as stretches of time. They follow
 * each other without a gap: a day begins when the clock first shows its date, even where the clock
 * goes back over midnight after that, and a date that a zone left out has no length.
 *
 * <p>Remembers the two that were asked for last, so that asking costs two comparisons. Threads may
 * race for that memory: what it holds is immutable.
 */
final class Days {
  /** 1970-01-05 was a Monday. */
  private static final int FIRST_MONDAY = 4;

  /**
   * @param firstDay days since 1970-01-01, which names the period
   */
  record Span(long firstDay, long fromMillis, long untilMillis) {
    boolean contains(long millis) {
      return fromMillis <= millis && millis < untilMillis;
    }
  }

  private final ZoneId zone;
  private final Period period;
  private @Nullable Span last;
  private @Nullable Span lastButOne;

  Days(ZoneId zone, Period period) {
    this.zone = zone;
    this.period = period;
  }

  /** The period in which {@code millis} lies. */
  Span at(long millis) {
    Span newest = last;
    if (newest != null && newest.contains(millis)) {
      return newest;
    }
    Span older = lastButOne;
    Span found = older != null && older.contains(millis) ? older : find(millis);
    lastButOne = newest;
    last = found;
    return found;
  }

  private Span find(long millis) {
    LocalDate date = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
    long day = date.toEpochDay();
    while (startMillis(day + 1) <= millis) {
      day++;
    }
    long first =
        switch (period) {
          case DAY -> day;
          case WEEK -> day - Math.floorMod(day - FIRST_MONDAY, 7);
        };
    return new Span(first, startMillis(first), startMillis(first + length()));
  }

  private int length() {
    return switch (period) {
      case DAY -> 1;
      case WEEK -> 7;
    };
  }

  private long startMillis(long day) {
    return LocalDate.ofEpochDay(day).atStartOfDay(zone).toInstant().toEpochMilli();
  }
}
