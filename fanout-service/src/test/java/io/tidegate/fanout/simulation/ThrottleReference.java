package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the limits mean, word by word: in any stretch of time t, no more than {@code burst + t *
 * limit / window}. Remembers every release and compares each with each.
 */
final class ThrottleReference {
  private final List<Limit> limits;
  private final Map<UserKey, List<Long>> releases = new HashMap<>();

  ThrottleReference(List<Limit> limits) {
    this.limits = limits;
  }

  void released(UserKey user, long atMillis) {
    List<Long> all = releases.computeIfAbsent(user, _ -> new ArrayList<>());
    all.add(atMillis);
    for (Limit limit : limits) {
      for (int i = 0; i < all.size(); i++) {
        long count = (long) all.size() - i;
        long nanos = (atMillis - all.get(i)) * 1_000_000;
        Violation.unless(
            (count - limit.burst()) * limit.window().toNanos() <= nanos * limit.limit(),
            20,
            user + " was sent " + count + " messages in " + nanos + " ns with " + limit);
      }
    }
  }

  /** The first millisecond in which the next message is within the limits. */
  long eligibleMillis(UserKey user) {
    List<Long> all = releases.getOrDefault(user, List.of());
    long eligible = 0;
    for (Limit limit : limits) {
      // The interval between two is a whole number of nanoseconds, rounded up.
      long interval = Math.ceilDiv(limit.window().toNanos(), limit.limit());
      for (int i = 0; i < all.size(); i++) {
        long over = (long) all.size() - i + 1 - limit.burst();
        if (over > 0) {
          long nanos = all.get(i) * 1_000_000 + over * interval;
          eligible = Math.max(eligible, Math.ceilDiv(nanos, 1_000_000L));
        }
      }
    }
    return eligible;
  }

  void forget(UserKey user) {
    releases.remove(user);
  }
}
