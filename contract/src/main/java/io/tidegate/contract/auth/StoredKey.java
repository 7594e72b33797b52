package io.tidegate.contract.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.LineText;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.keys.KeyRecord;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is kept of an API key. Times are epoch milliseconds.
 *
 * @param id by which it is found
 * @param tenant whose it is; it can do nothing for any other
 * @param scopes what it allows
 * @param name what people call it, up to {@value #MAX_NAME_CHARS} characters; empty: nothing
 * @param createdMillis when it was issued
 * @param expiresMillis from when on it is good for nothing; {@link #NEVER} for never
 * @param lifetimeMillis for how long it was issued; {@link #NEVER} for ever
 * @param quota what whoever shows it may use
 */
public record StoredKey(
    String id,
    String tenant,
    Set<Scope> scopes,
    ByteString sha256,
    String name,
    long createdMillis,
    long expiresMillis,
    long lifetimeMillis,
    Quota quota) {
  public static final long NEVER = Long.MAX_VALUE;
  public static final int MAX_NAME_CHARS = 128;
  private static final int SHA256_BYTES = 32;

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public StoredKey {
    ApiKey.requireId(id);
    UserKey.requireTenant(tenant);
    if (sha256.size() != SHA256_BYTES) {
      throw new IllegalArgumentException("sha256: want 32 bytes, got " + sha256.size());
    }
    if (name.length() > MAX_NAME_CHARS) {
      throw new IllegalArgumentException("name: longer than " + MAX_NAME_CHARS + " characters");
    }
    String fault = LineText.fault(name);
    if (fault != null) {
      throw new IllegalArgumentException("name: " + fault);
    }
    scopes = Set.copyOf(scopes);
  }

  /**
   * What is to be kept of a key that is being issued.
   *
   * @param lifetime milliseconds; {@link #NEVER} for ever
   */
  public static StoredKey of(
      ApiKey key, String tenant, Set<Scope> scopes, String name, long nowMillis, long lifetime) {
    return new StoredKey(
        key.id(),
        tenant,
        scopes,
        ByteString.copyFrom(key.sha256()),
        name,
        nowMillis,
        lifetime == NEVER ? NEVER : nowMillis + lifetime,
        lifetime,
        Quota.UNSET);
  }

  /**
   * A record of {@code tidegate.keys}. Scopes that this version does not know allow nothing here.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static StoredKey parse(String id, byte[] value) {
    KeyRecord record;
    try {
      record = KeyRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: not a key", e);
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : record.getScopesList()) {
      Scope scope = Scope.of(word);
      if (scope != null) {
        scopes.add(scope);
      }
    }
    return new StoredKey(
        id,
        record.getTenant(),
        scopes,
        record.getSha256(),
        record.getName(),
        record.getCreatedMillis(),
        record.getExpiresMillis() == 0 ? NEVER : record.getExpiresMillis(),
        record.getLifetimeMillis() == 0 ? NEVER : record.getLifetimeMillis(),
        Quota.of(record.getQuota()));
  }

  public byte[] toBytes() {
    return KeyRecord.newBuilder()
        .setTenant(tenant)
        .addAllScopes(scopes.stream().map(Scope::word).toList())
        .setSha256(sha256)
        .setName(name)
        .setCreatedMillis(createdMillis)
        .setExpiresMillis(expiresMillis == NEVER ? 0 : expiresMillis)
        .setLifetimeMillis(lifetimeMillis == NEVER ? 0 : lifetimeMillis)
        .setQuota(quota.toRecord())
        .build()
        .toByteArray();
  }

  /** The same, good for nothing from that instant on, or from before where it was so. */
  public StoredKey expiringAt(long millis) {
    return new StoredKey(
        id,
        tenant,
        scopes,
        sha256,
        name,
        createdMillis,
        Math.min(expiresMillis, millis),
        lifetimeMillis,
        quota);
  }

  /** The same with another quota. */
  public StoredKey withQuota(Quota other) {
    return new StoredKey(
        id, tenant, scopes, sha256, name, createdMillis, expiresMillis, lifetimeMillis, other);
  }

  public boolean isExpired(long nowMillis) {
    return expiresMillis <= nowMillis;
  }

  /** Takes as long for a wrong key as for the right one. */
  boolean isOf(byte[] sha256OfShown) {
    return MessageDigest.isEqual(sha256.toByteArray(), sha256OfShown);
  }
}
