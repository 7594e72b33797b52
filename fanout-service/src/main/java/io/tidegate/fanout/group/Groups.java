package io.tidegate.fanout.group;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.state.GroupRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.Numbering;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Who of a store's users is in which group. A member has a position that rises with every joining,
 * so that those who were there at some time are the ones up to a position.
 */
public final class Groups {
  private Groups() {}

  /**
   * Who is in the group already keeps the position.
   *
   * @return whether the user was not
   */
  public static boolean join(SortedBytes store, Membership membership) {
    byte[] key = Keys.memberOf(membership.user(), membership.group());
    if (store.get(key) != null) {
      return false;
    }
    long position = Numbering.next(store, Keys.Numbers.POSITIONS);
    store.put(key, ByteBuffer.allocate(Long.BYTES).putLong(position).array());
    store.put(Keys.member(membership.group(), position), membership.user().user().getBytes(UTF_8));
    count(store, membership.group(), 1);
    return true;
  }

  /**
   * @return whether the user was in the group
   */
  public static boolean leave(SortedBytes store, Membership membership) {
    long position = position(store, membership.group(), membership.user());
    if (position == 0) {
      return false;
    }
    store.delete(Keys.memberOf(membership.user(), membership.group()));
    store.delete(Keys.member(membership.group(), position));
    count(store, membership.group(), -1);
    return true;
  }

  /** How many of the store's users are in the group. */
  public static long members(SortedBytes store, GroupKey group) {
    byte[] value = store.get(Keys.group(group));
    if (value == null) {
      return 0;
    }
    try {
      return GroupRecord.parseFrom(value).getMembers();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a group of the store is not readable", e);
    }
  }

  /** The position of the user in the group, 1 or more; 0 if it is not in it. */
  static long position(SortedBytes store, GroupKey group, UserKey user) {
    byte[] position = store.get(Keys.memberOf(user, group));
    return position == null ? 0 : ByteBuffer.wrap(position).getLong();
  }

  /** The first members in the order of joining, at most {@code limit}. */
  static List<UserKey> first(SortedBytes store, GroupKey group, int limit) {
    List<UserKey> first = new ArrayList<>();
    byte[] to = Keys.member(group, Long.MAX_VALUE);
    try (SortedBytes.Range range = store.range(Keys.member(group, 0), to)) {
      while (first.size() < limit && range.next()) {
        first.add(member(group, range.value()));
      }
    }
    return first;
  }

  /**
   * @param value of a {@link Keys#member} key
   */
  static UserKey member(GroupKey group, byte[] value) {
    return new UserKey(group.tenant(), new String(value, UTF_8));
  }

  private static void count(SortedBytes store, GroupKey group, int more) {
    long members = members(store, group) + more;
    byte[] key = Keys.group(group);
    if (members == 0) {
      store.delete(key);
    } else {
      store.put(key, GroupRecord.newBuilder().setMembers(members).build().toByteArray());
    }
  }
}
