package io.tidegate.ingest.policies;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.policy.Policy;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of all tenants as far as the topic has been read. One thread changes it, any may
 * ask.
 */
public final class Policies {
  private record Key(String tenant, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }
  }

  private final ConcurrentNavigableMap<Key, StoredPolicy> known = new ConcurrentSkipListMap<>();

  /**
   * Takes one record. One that cannot be read changes nothing: the policy stays as it was.
   *
   * @param key {@code tenant/name}
   * @param value the policy's JSON; null: deleted
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public void changed(byte[] key, byte @Nullable [] value, long offset) {
    Key parsed = key(key);
    if (value == null) {
      known.remove(parsed);
    } else {
      known.put(parsed, new StoredPolicy(parsed.name(), offset, Policy.parse(value)));
    }
  }

  private static Key key(byte[] bytes) {
    String key;
    try {
      key = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
    int slash = key.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("key: want tenant/name, found no slash");
    }
    return new Key(key.substring(0, slash), Policy.requireName("name", key.substring(slash + 1)));
  }

  public @Nullable StoredPolicy find(String tenant, String name) {
    return known.get(new Key(tenant, name));
  }

  /** A tenant's, sorted by name. */
  public List<StoredPolicy> of(String tenant) {
    // No name is empty, and no tenant goes on with a NUL.
    return List.copyOf(
        known.subMap(new Key(tenant, ""), true, new Key(tenant + '\0', ""), false).values());
  }

  /** Of all tenants. */
  public int size() {
    return known.size();
  }
}
