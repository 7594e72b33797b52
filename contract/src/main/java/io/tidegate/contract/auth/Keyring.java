package io.tidegate.contract.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The API keys of all tenants as far as {@code tidegate.keys} has been read, at most {@value
 * #MOST}, and what is set for tenants, at most as many. One thread changes it, any may ask.
 */
public final class Keyring {
  public static final int MOST = 100_000;

  /** Compared with where there is no key of the id, so that none is not told by the time. */
  private static final StoredKey NOBODYS =
      new StoredKey(
          "000000000000",
          "nobody",
          EnumSet.noneOf(Scope.class),
          ByteString.copyFrom(new byte[32]),
          "",
          0,
          0,
          0,
          Quota.UNSET);

  private final Map<String, StoredKey> keys = new ConcurrentHashMap<>();
  private final Map<String, Quota> tenants = new ConcurrentHashMap<>();

  /**
   * Takes one record. One that cannot be read changes nothing.
   *
   * @param key the id, or {@link TenantQuotas#key}
   * @param value null: the key is revoked, or nothing is set for the tenant
   * @throws IllegalArgumentException saying what is wrong with it, or that there are too many
   */
  public void changed(byte[] key, byte @Nullable [] value, long offset) {
    String text = new String(key, UTF_8);
    if (TenantQuotas.isKey(text)) {
      changed(TenantQuotas.tenant(text), value);
      return;
    }
    String id = ApiKey.requireId(text);
    if (value == null) {
      keys.remove(id);
      return;
    }
    StoredKey stored = StoredKey.parse(id, value);
    if (keys.size() >= MOST && !keys.containsKey(id)) {
      throw new IllegalArgumentException("there are " + MOST + " keys already");
    }
    keys.put(id, stored);
  }

  private void changed(String tenant, byte @Nullable [] value) {
    if (value == null) {
      tenants.remove(tenant);
      return;
    }
    Quota quota = TenantQuotas.parse(value);
    if (tenants.size() >= MOST && !tenants.containsKey(tenant)) {
      throw new IllegalArgumentException("there are " + MOST + " tenants with quotas already");
    }
    tenants.put(tenant, quota);
  }

  /** Whether whoever shows that may do something, as far as the topic has been read. */
  Access check(ApiKey shown, Scope scope, long nowMillis) {
    StoredKey found = keys.getOrDefault(shown.id(), NOBODYS);
    if (!found.isOf(shown.sha256())) {
      return new Access.Unknown(true, "Authorization: the API key is not known");
    }
    if (found.isExpired(nowMillis)) {
      return new Access.Unknown(true, "Authorization: the API key has expired");
    }
    Access.Granted who = new Access.Granted(found.tenant(), found.id());
    return found.scopes().contains(scope)
        ? who
        : new Access.Lacking(who, "the key " + found.id(), scope);
  }

  public @Nullable StoredKey find(String id) {
    return keys.get(id);
  }

  /** What the key may use; {@link Quota#UNSET} where there is none of the id. */
  public Quota quotaOfKey(String id) {
    StoredKey key = keys.get(id);
    return key == null ? Quota.UNSET : key.quota();
  }

  /** What the tenant may use with all its keys. */
  public Quota quotaOfTenant(String tenant) {
    return tenants.getOrDefault(tenant, Quota.UNSET);
  }

  /** What is set for tenants. */
  public Map<String, Quota> tenants() {
    return Map.copyOf(tenants);
  }

  public List<StoredKey> all() {
    return List.copyOf(keys.values());
  }

  public int size() {
    return keys.size();
  }
}
