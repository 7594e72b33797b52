package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.KeyParts;
import io.tidegate.contract.UserKey;
import java.util.regex.Pattern;

/**
 * One endpoint of one user, written {@code tenant/name/user}. To the sequencer it is a device of
 * that user, which no client may call itself. A group's endpoints are those of a user who is named
 * after the group and is a member of it; nothing else may name that user.
 *
 * @param owner whose messages it gets
 * @param name 1 to 64 of [A-Za-z0-9._~-]: no slash, so that it divides
 */
public record EndpointKey(UserKey owner, String name) implements Comparable<EndpointKey> {
  /** What the devices that are endpoints begin with. */
  public static final String DEVICE_PREFIX = "webhook:";

  private static final String GROUP_PREFIX = "webhook:group:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
  private static final int MAX_KEY_BYTES = 64 + 1 + 64 + 1 + UserKey.MAX_USER_BYTES;

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public EndpointKey {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name: want 1 to 64 of [A-Za-z0-9._~-]");
    }
  }

  /** Who has the endpoints of that group. */
  public static UserKey member(GroupKey group) {
    return new UserKey(group.tenant(), GROUP_PREFIX + group.group());
  }

  /** Whether only a group's endpoints are meant by a user of that name. */
  public static boolean isReservedUser(String user) {
    return user.startsWith(GROUP_PREFIX);
  }

  /** Whether only an endpoint is meant by a device of that name. */
  public static boolean isReservedDevice(String device) {
    return device.startsWith(DEVICE_PREFIX);
  }

  /** What the sequencer knows it by. */
  public String device() {
    return DEVICE_PREFIX + name;
  }

  public byte[] toBytes() {
    return toString().getBytes(UTF_8);
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public static EndpointKey parse(byte[] key) {
    KeyParts parts = KeyParts.parse(key, MAX_KEY_BYTES, "tenant/name/user");
    return new EndpointKey(new UserKey(parts.tenant(), parts.user()), parts.of());
  }

  /** By tenant, user and name. */
  @Override
  public int compareTo(EndpointKey other) {
    int tenants = owner.tenant().compareTo(other.owner.tenant());
    int users = tenants != 0 ? tenants : owner.user().compareTo(other.owner.user());
    return users != 0 ? users : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return owner.tenant() + "/" + name + "/" + owner.user();
  }
}
