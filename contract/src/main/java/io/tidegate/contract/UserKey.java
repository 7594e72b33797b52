package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * One user of one tenant, written {@code tenant/user} as a Kafka key. The tenant has no slash, so
 * the first slash divides; the user may have any.
 *
 * <p>Not a record, so that its bytes, which stand in every key of the user in a store, are made
 * once.
 */
public final class UserKey {
  public static final String DEFAULT_TENANT = "default";
  public static final int MAX_USER_BYTES = 256;
  private static final int MAX_TENANT_CHARS = 64;

  private final String tenant;
  private final String user;
  private final byte[] bytes;

  /**
   * @param tenant 1 to 64 of [a-z0-9-]
   * @param user 1 to 256 bytes of UTF-8 without control characters
   * @throws IllegalArgumentException naming the field and the reason
   */
  public UserKey(String tenant, String user) {
    requireTenant(tenant);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user: must not be empty");
    }
    if (user.length() > MAX_USER_BYTES) {
      throw tooLong();
    }
    this.bytes = (tenant + "/" + user).getBytes(UTF_8);
    if (bytes.length - tenant.length() - 1 > MAX_USER_BYTES) {
      throw tooLong();
    }
    String fault = LineText.fault(user);
    if (fault != null) {
      throw new IllegalArgumentException("user: " + fault);
    }
    this.tenant = tenant;
    this.user = user;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("user: longer than " + MAX_USER_BYTES + " bytes of UTF-8");
  }

  /**
   * @throws IllegalArgumentException if it is no tenant
   */
  public static void requireTenant(String tenant) {
    boolean fits = !tenant.isEmpty() && tenant.length() <= MAX_TENANT_CHARS;
    for (int i = 0; fits && i < tenant.length(); i++) {
      char c = tenant.charAt(i);
      fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!fits) {
      throw new IllegalArgumentException("tenant: want 1 to 64 of [a-z0-9-]");
    }
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public static UserKey parse(String key) {
    int slash = key.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("key: want tenant/user, found no slash");
    }
    return new UserKey(key.substring(0, slash), key.substring(slash + 1));
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public static UserKey parse(byte[] key) {
    if (key.length > MAX_TENANT_CHARS + 1 + MAX_USER_BYTES) {
      throw new IllegalArgumentException(
          "key: longer than " + (MAX_TENANT_CHARS + 1 + MAX_USER_BYTES) + " bytes");
    }
    try {
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
  }

  public String tenant() {
    return tenant;
  }

  public String user() {
    return user;
  }

  /** As a Kafka key; to be read only. */
  public byte[] toBytes() {
    return bytes;
  }

  /** The partition that Kafka's default partitioner gives this key. */
  public int partition(int partitions) {
    return partition(bytes, partitions);
  }

  /** The partition that Kafka's default partitioner gives {@code key}. */
  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UserKey that && user.equals(that.user) && tenant.equals(that.tenant);
  }

  @Override
  public int hashCode() {
    return 31 * tenant.hashCode() + user.hashCode();
  }

  @Override
  public String toString() {
    return tenant + "/" + user;
  }
}
