package io.tidegate.fanout.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.state.GroupRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What one store has of groups and of messages that lie once for many. */
final class GroupContents {
  /** A place in the list of a group's members. */
  private record Place(GroupKey group, UserKey user, long position) {}

  final Map<GroupKey, Set<UserKey>> members = new HashMap<>();
  private final Set<Place> listed = new HashSet<>();
  private final Set<Place> known = new HashSet<>();
  private final Map<GroupKey, Long> counts = new HashMap<>();
  private final Set<Long> shared = new HashSet<>();
  private final Map<Long, Long> counted = new HashMap<>();
  private final Map<Long, Long> references = new HashMap<>();
  private int underWay;

  /**
   * @param key of one of the kinds that are about groups
   */
  void look(byte[] key, byte[] value) {
    switch (key[0]) {
      case StoreReader.MEMBER -> {
        int length = ByteBuffer.wrap(key).getShort(1);
        GroupKey group = group(new String(key, 3, length, UTF_8));
        UserKey user = new UserKey(group.tenant(), new String(value, UTF_8));
        listed.add(new Place(group, user, StoreReader.number(key)));
      }
      case StoreReader.MEMBER_OF -> {
        UserKey user = StoreReader.userOf(key);
        String name = UTF_8.decode(StoreReader.rest(key)).toString();
        GroupKey group = new GroupKey(user.tenant(), name);
        known.add(new Place(group, user, StoreReader.number(value)));
        members.computeIfAbsent(group, _ -> new HashSet<>()).add(user);
      }
      case StoreReader.GROUP ->
          counts.put(group(new String(key, 1, key.length - 1, UTF_8)), count(value));
      case StoreReader.SHARED -> shared.add(StoreReader.number(key));
      case StoreReader.REFERENCES ->
          counted.put(StoreReader.number(key), StoreReader.number(value));
      case StoreReader.EXPANSION -> {
        refers(StoreReader.number(key));
        underWay++;
      }
      default -> {} // the last numbers that were given
    }
  }

  /**
   * @param id of a shared message, or 0
   */
  void refers(long id) {
    if (id != 0) {
      references.merge(id, 1L, Long::sum);
    }
  }

  /** Everything was looked at. */
  void check() {
    Violation.unless(
        listed.equals(known), 24, "the lists of members ", listed, " are not who knows it ", known);
    Map<GroupKey, Long> sizes = new HashMap<>();
    members.forEach((group, users) -> sizes.put(group, (long) users.size()));
    Violation.unless(counts.equals(sizes), 24, "counted ", counts, " members of ", sizes);
    Violation.unless(
        counted.equals(references),
        6,
        "counted ",
        counted,
        " references to shared messages, there are ",
        references);
    Violation.unless(
        shared.equals(counted.keySet()), 6, "shared are ", shared, ", referred to ", counted);
  }

  /** No message is on its way or lies anywhere. */
  boolean isNothingUnderWay() {
    return underWay == 0 && shared.isEmpty();
  }

  private static GroupKey group(String text) {
    int slash = text.indexOf('/');
    return new GroupKey(text.substring(0, slash), text.substring(slash + 1));
  }

  private static long count(byte[] value) {
    try {
      return GroupRecord.parseFrom(value).getMembers();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
