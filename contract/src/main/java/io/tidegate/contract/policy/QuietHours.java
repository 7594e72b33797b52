package io.tidegate.contract.policy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.Set;

/**
 * When a user is left alone, by the clock of the user's zone: from the first instant at which it
 * has reached {@code from} until it shows times before {@code until} no more. So what begins in an
 * hour that the clock skips begins where it skips, and what ends in an hour that comes twice ends
 * the second time.
 *
 * @param days on which they begin, one at least
 * @param from inclusive, whole minutes
 * @param until exclusive, whole minutes; of the next day if not after {@code from}, so the same
 *     means 24 hours
 */
public record QuietHours(Set<DayOfWeek> days, LocalTime from, LocalTime until) {
  static final Set<DayOfWeek> EVERY_DAY = Set.copyOf(EnumSet.allOf(DayOfWeek.class));

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public QuietHours {
    days = Set.copyOf(days);
    if (days.isEmpty()) {
      throw new InvalidPolicyException("days", "want one at least");
    }
    wholeMinute("from", from);
    wholeMinute("until", until);
  }

  private static void wholeMinute(String field, LocalTime time) {
    if (time.getSecond() != 0 || time.getNano() != 0) {
      throw new InvalidPolicyException(field, "want whole minutes, got " + time);
    }
  }
}
