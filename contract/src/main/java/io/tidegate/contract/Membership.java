package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

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
    if (key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("key: longer than " + MAX_KEY_BYTES + " bytes");
    }
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
    int tenant = text.indexOf('/');
    int group = text.indexOf('/', tenant + 1);
    if (group < 0) {
      throw new IllegalArgumentException("key: want tenant/group/user, found fewer slashes");
    }
    String of = text.substring(0, tenant);
    return new Membership(
        new GroupKey(of, text.substring(tenant + 1, group)),
        new UserKey(of, text.substring(group + 1)));
  }
}
