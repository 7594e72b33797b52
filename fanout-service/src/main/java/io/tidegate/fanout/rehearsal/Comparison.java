package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.policy.PolicyBook;

/**
 * The policies as they stand, and as they would be with a candidate in place of one of them. Where
 * there is none of that name yet, the candidate takes the place of what those have who have no
 * policy of their own.
 *
 * @param holds what the candidate would take the place of
 */
public record Comparison(
    PolicyBook current, PolicyBook candidate, PolicyKey key, AppliedPolicy holds) {
  /** Higher than that of any policy there is, by which one can tell who has the candidate. */
  private static final long CANDIDATE = Long.MAX_VALUE;

  /**
   * @param live may go on to change; the comparison does not
   */
  public static Comparison of(PolicyBook live, PolicyKey key, Policy candidate) {
    PolicyBook current = live.copy();
    String naming = new UserSettings(key.name(), null, "{}").toJson();
    AppliedPolicy holds = current.of(key.tenant(), naming);
    PolicyBook changed = live.copy();
    changed.put(key, candidate, CANDIDATE);
    if (holds.fault() != null) { // there is none of that name
      changed.put(new PolicyKey(key.tenant(), Policy.DEFAULT_NAME), candidate, CANDIDATE);
    }
    return new Comparison(current, changed, key, holds);
  }

  /** Whether a user with such settings would have the candidate. */
  boolean concerns(UserKey user, String settings) {
    return user.tenant().equals(key.tenant())
        && candidate.of(user.tenant(), settings).version() == CANDIDATE;
  }
}
