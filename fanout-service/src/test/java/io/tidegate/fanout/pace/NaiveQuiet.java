package io.tidegate.fanout.pace;

import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.QuietHours;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The quiet hours of a policy, found by looking at the clock minute by minute. Knows clocks that
 * are changed by two hours at the most.
 */
public final class NaiveQuiet {
  private static final long MINUTE = 60_000;
  private static final int LOOK_MINUTES = 3 * 60;

  private final List<QuietHours> hours;
  private final ZoneId zone;
  private final Map<LocalDateTime, Long> reached = new HashMap<>();
  private final Map<LocalDateTime, Long> passed = new HashMap<>();

  public NaiveQuiet(Policy policy) {
    this.hours = policy.quietHours();
    this.zone = policy.timezone();
  }

  public boolean isQuiet(long millis) {
    LocalDate today = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
    for (QuietHours each : hours) {
      for (int back = 2; back >= -1; back--) {
        LocalDate day = today.minusDays(back);
        if (each.days().contains(day.getDayOfWeek())
            && reached(day.atTime(each.from())) <= millis
            && millis < end(day, each)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The instants after {@code from}, up to {@code until}, at which it is quiet no more. */
  List<Long> ends(long from, long until) {
    List<Long> ends = new ArrayList<>();
    LocalDate first = Instant.ofEpochMilli(from).atZone(zone).toLocalDate().minusDays(2);
    LocalDate last = Instant.ofEpochMilli(until).atZone(zone).toLocalDate().plusDays(1);
    for (QuietHours each : hours) {
      for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
        if (each.days().contains(day.getDayOfWeek())) {
          long end = end(day, each);
          if (from < end && end <= until && !isQuiet(end)) {
            ends.add(end);
          }
        }
      }
    }
    return ends;
  }

  private long end(LocalDate day, QuietHours each) {
    boolean next = !each.until().isAfter(each.from());
    return passed(day.plusDays(next ? 1 : 0).atTime(each.until()));
  }

  /** The first minute at which the clock shows {@code time} or more. */
  private long reached(LocalDateTime time) {
    return reached.computeIfAbsent(
        time,
        wanted -> {
          long minute = about(wanted) - LOOK_MINUTES * MINUTE;
          while (clock(minute).isBefore(wanted)) {
            minute += MINUTE;
          }
          return minute;
        });
  }

  /** The minute after the last at which the clock shows less than {@code time}. */
  private long passed(LocalDateTime time) {
    return passed.computeIfAbsent(
        time,
        wanted -> {
          long minute = about(wanted) + LOOK_MINUTES * MINUTE;
          while (!clock(minute).isBefore(wanted)) {
            minute -= MINUTE;
          }
          return minute + MINUTE;
        });
  }

  private long about(LocalDateTime time) {
    return ZonedDateTime.of(time, zone).toInstant().toEpochMilli();
  }

  private LocalDateTime clock(long millis) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
  }
}
