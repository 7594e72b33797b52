package io.tidegate.contract.policy;

import io.tidegate.contract.Message;
import io.tidegate.contract.rate.Gcra;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * At most {@code limit} per {@code window} in the long run, and at most {@code burst} at once: in
 * any stretch of time t, no more than {@code burst + t * limit / window}.
 *
 * @param name 1 to 64 of {@code [A-Za-z0-9._:/-]}, of no other rule of the policy; what was counted
 *     goes on to count under it when the policy changes
 * @param limit 1 to 1,000,000,000
 * @param window a millisecond to 366 days, whole milliseconds
 * @param burst 1 to 1,000,000; above {@code limit} no more than come in 366 days
 * @param category what it counts; null: everything
 */
public record Limit(
    String name,
    long limit,
    Duration window,
    long burst,
    CountUnit unit,
    @Nullable String category,
    OnExceed onExceed) {

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public Limit {
    Check.name("name", name);
    Check.within("limit", limit, 1, 1_000_000_000);
    Check.within("window", window, Duration.ofMillis(1), Duration.ofDays(366));
    Check.within("burst", burst, 1, 1_000_000);
    if (burst > limit && burst > Gcra.mostBurst(limit, window)) {
      throw new InvalidPolicyException("burst", "want no more than come in P366D, got " + burst);
    }
    if (category != null) {
      Check.line("category", category, Message.MAX_ATTRIBUTE_CHARS);
    }
  }

  /** A limit of pushes of any category that defers. */
  public static Limit of(long limit, Duration window, long burst) {
    return new Limit(
        RuleNames.ofLimit(limit, window, CountUnit.PUSHES, null),
        limit,
        window,
        burst,
        CountUnit.PUSHES,
        null,
        OnExceed.DEFER);
  }
}
