package io.tidegate.fanout.pace;

import io.tidegate.contract.Message;
import io.tidegate.contract.policy.QuietHours;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quiet hours of one zone as stretches of time, those that adjoin or overlap joined to one, and
 * the free stretches between them. {@link QuietHours} says what they mean where the clock is
 * changed.
 *
 * <p>Remembers the two that were asked for last; threads may race for that memory.
 */
final class QuietTimes {
  /** What lasts a day and begins on one of these days may matter now. */
  private static final int DAYS_BACK = 3;

  /** A free hour of the week can fall into one that the clock skips, but not twice in a row. */
  private static final int DAYS_AHEAD = 16;

  /**
   * @param fromMillis {@link Long#MIN_VALUE} if it is too long ago to matter
   * @param untilMillis {@link Message#NEVER} if it is quiet for ever
   */
  record Stretch(boolean quiet, long fromMillis, long untilMillis) {
    boolean contains(long millis) {
      return fromMillis <= millis && millis < untilMillis;
    }
  }

  private final List<QuietHours> hours;
  private final ZoneId zone;
  private @Nullable Stretch last;
  private @Nullable Stretch lastButOne;

  QuietTimes(List<QuietHours> hours, ZoneId zone) {
    this.hours = hours;
    this.zone = zone;
  }

  /** The stretch in which {@code millis} lies. */
  Stretch at(long millis) {
    Stretch newest = last;
    if (newest != null && newest.contains(millis)) {
      return newest;
    }
    Stretch older = lastButOne;
    Stretch found = older != null && older.contains(millis) ? older : find(millis);
    lastButOne = newest;
    last = found;
    return found;
  }

  private Stretch find(long millis) {
    LocalDate today = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
    List<Stretch> quiet = quietFrom(today);
    long horizon = millisOf(today.plusDays(DAYS_AHEAD).atStartOfDay(), false);
    long freeFrom = Long.MIN_VALUE;
    int next = 0;
    while (next < quiet.size()) {
      long from = quiet.get(next).fromMillis;
      long until = from;
      // Join what adjoins.
      while (next < quiet.size() && quiet.get(next).fromMillis <= until) {
        until = Math.max(until, quiet.get(next).untilMillis);
        next++;
      }
      if (millis < from) {
        return new Stretch(false, freeFrom, from);
      }
      if (millis < until) {
        return new Stretch(true, from, until >= horizon ? Message.NEVER : until);
      }
      freeFrom = until;
    }
    return new Stretch(false, freeFrom, horizon);
  }

  private List<Stretch> quietFrom(LocalDate today) {
    List<Stretch> quiet = new ArrayList<>();
    for (int i = -DAYS_BACK; i <= DAYS_AHEAD; i++) {
      LocalDate day = today.plusDays(i);
      for (QuietHours each : hours) {
        if (each.days().contains(day.getDayOfWeek())) {
          boolean overMidnight = !each.from().isBefore(each.until());
          long from = millisOf(day.atTime(each.from()), false);
          long until = millisOf(day.plusDays(overMidnight ? 1 : 0).atTime(each.until()), true);
          if (from < until) {
            quiet.add(new Stretch(true, from, until));
          }
        }
      }
    }
    quiet.sort(Comparator.comparingLong(Stretch::fromMillis));
    return quiet;
  }

  /**
   * The first instant at which the clock shows {@code time} or more; for the last, the first from
   * which on it shows nothing before it any more.
   */
  private long millisOf(LocalDateTime time, boolean last) {
    ZoneRules rules = zone.getRules();
    List<ZoneOffset> offsets = rules.getValidOffsets(time);
    if (offsets.size() == 1) {
      return time.toInstant(offsets.getFirst()).toEpochMilli();
    }
    ZoneOffsetTransition change = rules.getTransition(time);
    if (offsets.isEmpty()) {
      return change.getInstant().toEpochMilli();
    }
    // The time to which the clock goes back is the least that it shows from then on.
    boolean second = last && time.isAfter(change.getDateTimeAfter());
    return time.toInstant(offsets.get(second ? 1 : 0)).toEpochMilli();
  }
}
