package io.tidegate.ingest.policies;

import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of all tenants as far as the topic has been read. One thread changes it, any may
 * ask.
 */
public final class Policies {
  private final ConcurrentNavigableMap<PolicyKey, StoredPolicy> known =
      new ConcurrentSkipListMap<>();

  /**
   * Takes one record. One that cannot be read changes nothing: the policy stays as it was.
   *
   * @param key {@code tenant/name}
   * @param value the policy's JSON; null: deleted
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public void changed(byte[] key, byte @Nullable [] value, long offset) {
    PolicyKey parsed = PolicyKey.parse(key);
    if (value == null) {
      known.remove(parsed);
    } else {
      known.put(parsed, new StoredPolicy(parsed.name(), offset, Policy.parse(value)));
    }
  }

  public @Nullable StoredPolicy find(String tenant, String name) {
    return known.get(new PolicyKey(tenant, name));
  }

  /** A tenant's, sorted by name. */
  public List<StoredPolicy> of(String tenant) {
    // No name is empty, and no tenant goes on with a NUL.
    return List.copyOf(
        known
            .subMap(new PolicyKey(tenant, ""), true, new PolicyKey(tenant + '\0', ""), false)
            .values());
  }

  /** Of all tenants. */
  public int size() {
    return known.size();
  }
}
