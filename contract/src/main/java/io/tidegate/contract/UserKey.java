package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/**
 * One user of one tenant, written {@code tenant/user} as a Kafka key. The tenant has no slash, so
 * the first slash divides; the user may have any.
 *
 * @param tenant 1 to 64 of [a-z0-9-]
 * @param user 1 to 256 bytes of UTF-8 without control characters
 */
public record UserKey(String tenant, String user) {
  public static final String DEFAULT_TENANT = "default";
  public static final int MAX_USER_BYTES = 256;

  private static final Pattern TENANT = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public UserKey {
    requireTenant(tenant);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user: must not be empty");
    }
    if (user.length() > MAX_USER_BYTES || user.getBytes(UTF_8).length > MAX_USER_BYTES) {
      throw new IllegalArgumentException("user: longer than " + MAX_USER_BYTES + " bytes of UTF-8");
    }
    String fault = LineText.fault(user);
    if (fault != null) {
      throw new IllegalArgumentException("user: " + fault);
    }
  }

  static void requireTenant(String tenant) {
    if (!TENANT.matcher(tenant).matches()) {
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
    if (key.length > 64 + 1 + MAX_USER_BYTES) {
      throw new IllegalArgumentException("key: longer than " + (65 + MAX_USER_BYTES) + " bytes");
    }
    try {
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
  }

  public byte[] toBytes() {
    return toString().getBytes(UTF_8);
  }

  /** The partition that Kafka's default partitioner gives this key. */
  public int partition(int partitions) {
    return partition(toBytes(), partitions);
  }

  /** The partition that Kafka's default partitioner gives {@code key}. */
  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  @Override
  public String toString() {
    return tenant + "/" + user;
  }
}
