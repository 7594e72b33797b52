package io.tidegate.fanout.policy;

import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.contract.policy.UserSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of all tenants as they stand. What a user's settings ask for holds; where they ask
 * for none, the tenant's policy of the name {@link Policy#DEFAULT_NAME}; where there is none, the
 * one that the installation has built in. Settings that cannot be had as they are stop nobody: what
 * they refer to holds as far as it can, and the fault is told to who asks.
 *
 * <p>For any thread. One change at a time; who asks meanwhile gets what held before or after it.
 */
public final class PolicyBook {
  private static final String BUILT_IN = "built-in";
  private static final int MOST_APPLIED = 10_000;

  private final Named builtIn;
  private final Map<PolicyKey, Named> named = new ConcurrentHashMap<>();

  /** What has been asked for since the last change; begun anew when it is full. */
  private volatile Map<Asked, AppliedPolicy> applied = new ConcurrentHashMap<>();

  private volatile long version = -1;

  private record Named(String name, long version, Policy policy) {}

  private record Asked(String tenant, String settings) {}

  /**
   * @param builtIn what holds where a tenant has no policy {@link Policy#DEFAULT_NAME}
   */
  public PolicyBook(Policy builtIn) {
    this.builtIn = new Named(BUILT_IN, -1, builtIn);
  }

  /** A book of its own with what stands here now. */
  public PolicyBook copy() {
    PolicyBook copy = new PolicyBook(builtIn.policy);
    copy.version = version;
    copy.named.putAll(named);
    return copy;
  }

  /** The version of the last change; -1 before the first. */
  public long version() {
    return version;
  }

  public int size() {
    return named.size();
  }

  /**
   * @param version more than that of every change before
   */
  public void put(PolicyKey key, Policy policy, long version) {
    named.put(key, new Named(key.name(), version, policy));
    changed(version);
  }

  /** There is no policy of that name any more. */
  public void remove(PolicyKey key, long version) {
    named.remove(key);
    changed(version);
  }

  private void changed(long to) {
    // In this order: who keeps something in the new map has seen the change.
    applied = new ConcurrentHashMap<>();
    version = to;
  }

  /**
   * @param settings of the user, the JSON of {@link UserSettings}; empty for none
   */
  public AppliedPolicy of(String tenant, String settings) {
    Map<Asked, AppliedPolicy> known = applied;
    Asked asked = new Asked(tenant, settings);
    AppliedPolicy found = known.get(asked);
    if (found == null) {
      found = apply(tenant, settings);
      if (known.size() >= MOST_APPLIED) {
        known.clear();
      }
      known.put(asked, found);
    }
    return found;
  }

  private AppliedPolicy apply(String tenant, String settings) {
    Named ofTenant = named.getOrDefault(new PolicyKey(tenant, Policy.DEFAULT_NAME), builtIn);
    if (settings.isEmpty()) {
      return applied(ofTenant, ofTenant.policy, null);
    }
    UserSettings user;
    try {
      user = UserSettings.parse(settings);
    } catch (InvalidPolicyException e) {
      return applied(ofTenant, ofTenant.policy, "settings: " + e.getMessage());
    }
    String wanted = user.policy();
    Named base = wanted == null ? ofTenant : named.get(new PolicyKey(tenant, wanted));
    String fault = null;
    if (base == null) {
      base = ofTenant;
      fault = "policy: there is none of the name \"" + wanted + '"';
    }
    try {
      return applied(base, user.effective(base.policy), fault);
    } catch (InvalidPolicyException e) {
      Policy without = new UserSettings(null, user.timezone(), "{}").effective(base.policy);
      return applied(base, without, e.getMessage());
    }
  }

  private static AppliedPolicy applied(Named base, Policy policy, @Nullable String fault) {
    return AppliedPolicy.of(base.name, base.version, policy, fault);
  }
}
