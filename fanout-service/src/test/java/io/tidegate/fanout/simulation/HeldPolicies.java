package io.tidegate.fanout.simulation;

import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.UserSettings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which policy holds for whom, as docs/POLICIES.md says it, after each of the changes. */
final class HeldPolicies {
  /**
   * What holds for a user.
   *
   * @param name of the policy behind it
   * @param version the offset of that; -1: built in
   */
  record Held(String name, long version, Policy policy) {}

  private record Asked(long version, String settings) {}

  private final Held builtIn;
  private final FakeLog<PolicyChange> changes;
  private final Map<Asked, Held> known = new HashMap<>();

  HeldPolicies(Policy builtIn, FakeLog<PolicyChange> changes) {
    this.builtIn = new Held("built-in", -1, builtIn);
    this.changes = changes;
  }

  long newest() {
    return changes.end() - 1;
  }

  /**
   * @param version the offset of the last change that counts
   */
  Held of(long version, String settings) {
    return known.computeIfAbsent(new Asked(version, settings), this::find);
  }

  private Held find(Asked asked) {
    if (asked.settings.isEmpty()) {
      return ofTenant(asked.version);
    }
    UserSettings user = UserSettings.parse(asked.settings);
    Held base = user.policy() == null ? null : named(asked.version, user.policy());
    if (base == null) {
      base = ofTenant(asked.version);
    }
    Policy policy;
    try {
      policy = user.effective(base.policy);
    } catch (InvalidPolicyException e) {
      policy = user.timezone() == null ? base.policy : base.policy.withTimezone(user.timezone());
    }
    return new Held(base.name, base.version, policy);
  }

  private Held ofTenant(long version) {
    Held held = named(version, Policy.DEFAULT_NAME);
    return held == null ? builtIn : held;
  }

  private @Nullable Held named(long version, String name) {
    for (long offset = version; offset >= 0; offset--) {
      PolicyChange change = changes.get(offset).value();
      if (change.name().equals(name)) {
        return change.policy() == null ? null : new Held(name, offset, change.policy());
      }
    }
    return null;
  }
}
