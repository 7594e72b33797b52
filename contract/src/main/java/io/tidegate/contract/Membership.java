package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A user in a group: the key {@code tenant/group/user} of a record on {@code tidegate.members},
 * which lies in the partition of the user's messages. A value means that the user is in the group,
 * none that it is not.
 *
 * @param user of the same tenant
 */
public record Membership(GroupKey group, UserKey user) {
  private static final int MAX_KEY_BYTES = 64 + 1 + 128 + 1 + UserKey.MAX_USER_BYTES;

  /** The value of a record that says so; what it holds is for later versions. */
  public static final byte[] JOINED = "{}".getBytes(UTF_8);

  public Membership {
    if (!group.tenant().equals(user.tenant())) {
      throw new IllegalArgumentException("user: of another tenant than the group");
    }
  }

  public byte[] toBytes() {
    return (group + "/" + user.user()).getBytes(UTF_8);
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public static Membership parse(byte[] key) {
    KeyParts parts = KeyParts.parse(key, MAX_KEY_BYTES, "tenant/group/user");
    return new Membership(
        new GroupKey(parts.tenant(), parts.of()), new UserKey(parts.tenant(), parts.user()));
  }
}
