package io.tidegate.fanout.pace;

import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a cap means for one user, by the dates that the clock shows. A clock that is set back over
 * the end of a period takes the count along: there is no other way to know which it was.
 */
final class NaiveCap {
  private static final int NO_PUSH = Integer.MIN_VALUE;

  final Cap cap;
  private final ZoneId zone;
  private LocalDate period = LocalDate.MIN;
  private long count;
  private int lastPush = NO_PUSH;

  /** What was counted in the period before is not known. */
  private boolean doubted;

  NaiveCap(Cap cap, ZoneId zone) {
    this.cap = cap;
    this.zone = zone;
  }

  boolean continues(Cap other, ZoneId otherZone) {
    return cap.limit() == other.limit()
        && cap.per() == other.per()
        && cap.unit() == other.unit()
        && Objects.equals(cap.category(), other.category())
        && zone.equals(otherZone);
  }

  /** The same rule with another consequence. */
  NaiveCap with(Cap other) {
    NaiveCap same = new NaiveCap(other, zone);
    same.period = period;
    same.count = count;
    same.lastPush = lastPush;
    same.doubted = doubted;
    return same;
  }

  /** To be told of every look at the clock. */
  void enter(long wall) {
    LocalDate now = periodOf(wall);
    if (now.isAfter(period)) {
      count = 0;
      doubted = false;
    }
    period = now;
  }

  void doubt() {
    doubted = true;
  }

  boolean isAbout(int push, @Nullable String category) {
    return (cap.category() == null || cap.category().equals(category))
        && (cap.unit() == CountUnit.MESSAGES || push != lastPush);
  }

  boolean exceeds(long wall, NaivePace.View view) {
    return !periodOf(wall).isAfter(period)
        && (count >= cap.limit() || (doubted && view == NaivePace.View.MOST));
  }

  void count(int push) {
    lastPush = push;
    count++;
  }

  /** When the next period begins. */
  long nextMillis(long wall) {
    LocalDate next = periodOf(wall).plusDays(cap.per() == Period.DAY ? 1 : 7);
    return next.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private LocalDate periodOf(long wall) {
    LocalDate date = Instant.ofEpochMilli(wall).atZone(zone).toLocalDate();
    return switch (cap.per()) {
      case DAY -> date;
      case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    };
  }

  @Override
  public String toString() {
    return cap.name() + " " + count + " in " + period + (doubted ? ", doubted" : "");
  }
}
