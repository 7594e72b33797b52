package io.tidegate.fanout.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.state.ExpansionRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message for many on its way to each of them: first, where they have a session, then all. It
 * goes over them in the order of their keys, and where it stands is kept.
 */
final class Expansion {
  /** How many are looked at for one that is meant. */
  private static final int LOOKS = 8;

  /** How long a pace that was not kept up with is made up for. */
  private static final long LATE_NANOS = 100_000_000;

  private static final long MILLI_NANOS = 1_000_000;

  final long id;
  final Recipient to;
  final Message message;

  /** The offset of the copy on {@code tidegate.messages}. */
  final long origin;

  /** Who joined later is not meant. */
  private final long lastPosition;

  /** Whether those who have a session are looked for among the members. */
  private final boolean byMembers;

  private boolean online;
  private byte[] cursor;
  private long nextNanos;
  private boolean finished;

  private Expansion(
      long id,
      Recipient to,
      Message message,
      long origin,
      long lastPosition,
      boolean byMembers,
      boolean online,
      byte[] cursor,
      long nextNanos) {
    this.id = id;
    this.to = to;
    this.message = message;
    this.origin = origin;
    this.lastPosition = lastPosition;
    this.byMembers = byMembers;
    this.online = online;
    this.cursor = cursor;
    this.nextNanos = nextNanos;
  }

  /**
   * @param id also of the shared message
   * @param byMembers whether those who have a session are looked for among the members; else all
   *     who have one are gone over
   * @param online whether those who have a session come first, or alone where it is for now
   * @param firstNanos not before, epoch nanoseconds
   */
  static Expansion begin(
      long id,
      Recipient to,
      Message message,
      long origin,
      long lastPosition,
      boolean byMembers,
      boolean online,
      long firstNanos) {
    return new Expansion(
        id, to, message, origin, lastPosition, byMembers, online, new byte[0], firstNanos);
  }

  static Expansion parse(long id, byte[] value, Message message) {
    ExpansionRecord r;
    try {
      r = ExpansionRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an expansion of the store is not readable", e);
    }
    Recipient to =
        r.getGroup().isEmpty()
            ? new Recipient.Everyone(r.getTenant())
            : new Recipient.Group(new GroupKey(r.getTenant(), r.getGroup()));
    return new Expansion(
        id,
        to,
        message,
        r.getOrigin(),
        r.getLastPosition(),
        r.getByMembers(),
        r.getOnlineFirst(),
        r.getCursor().toByteArray(),
        r.getNextNanos());
  }

  byte[] toBytes() {
    return ExpansionRecord.newBuilder()
        .setTenant(to.tenant())
        .setGroup(to instanceof Recipient.Group(GroupKey group) ? group.group() : "")
        .setLastPosition(lastPosition)
        .setByMembers(byMembers)
        .setOnlineFirst(online)
        .setCursor(ByteString.copyFrom(cursor))
        .setNextNanos(nextNanos)
        .setOrigin(origin)
        .build()
        .toByteArray();
  }

  boolean isOnlineFirst() {
    return online;
  }

  /** Whether the user is one of those that the message is for. */
  boolean isFor(SortedBytes store, UserKey user) {
    return isFor(joined(store, to, user));
  }

  /**
   * As {@link #isFor(SortedBytes, UserKey)}.
   *
   * @param joined what {@link #joined} says of the user
   */
  boolean isFor(long joined) {
    return joined >= 0 && joined <= lastPosition;
  }

  /** Since which position the user is one of those to whom {@code to} is; less than 0: is not. */
  static long joined(SortedBytes store, Recipient to, UserKey user) {
    if (!to.tenant().equals(user.tenant())) {
      return -1;
    }
    return switch (to) {
      case Recipient.Group(GroupKey group) -> {
        long position = Groups.position(store, group, user);
        yield position == 0 ? -1 : position;
      }
      case Recipient.Everyone _ -> store.get(Keys.user(user)) == null ? -1 : 0;
      case Recipient.OneUser _ -> -1;
    };
  }

  /**
   * The next ones, and moves on behind them.
   *
   * @return at most {@code limit}; fewer do not mean that there are no more, see {@link
   *     #isFinished}
   */
  List<UserKey> next(SortedBytes store, int limit) {
    List<UserKey> next = new ArrayList<>(limit);
    boolean ended = false;
    byte @Nullable [] last = null;
    try (SortedBytes.Range range = store.range(cursor.length == 0 ? from() : cursor, end())) {
      for (int looks = LOOKS * limit; looks > 0 && next.size() < limit; looks--) {
        if (!range.next()) {
          ended = true;
          break;
        }
        last = range.key();
        UserKey user = user(last, range.value());
        if (!online || isNext(store, user)) {
          next.add(user);
        }
      }
    }
    if (ended) {
      finished = !online || message.isLive();
      online = false;
      cursor = new byte[0];
    } else if (last != null) {
      cursor = Keys.next(last);
    }
    return next;
  }

  private boolean isNext(SortedBytes store, UserKey user) {
    return byMembers
        ? store.get(Keys.online(user)) != null
        : to instanceof Recipient.Everyone || isFor(store, user);
  }

  /** Whether it has gone over all. */
  boolean isFinished() {
    return finished;
  }

  /** Whether all who have a session are gone over, and not the members. */
  private boolean isOverOnline() {
    return online && !byMembers;
  }

  private byte[] from() {
    if (isOverOnline()) {
      return Keys.online(to.tenant());
    }
    return to instanceof Recipient.Group(GroupKey group)
        ? Keys.member(group, 0)
        : Keys.users(to.tenant());
  }

  private byte[] end() {
    if (isOverOnline()) {
      return Keys.after(Keys.online(to.tenant()));
    }
    return to instanceof Recipient.Group(GroupKey group)
        ? Keys.member(group, lastPosition + 1)
        : Keys.after(Keys.users(to.tenant()));
  }

  private UserKey user(byte[] key, byte[] value) {
    return !isOverOnline() && to instanceof Recipient.Group(GroupKey group)
        ? Groups.member(group, value)
        : Keys.userOf(key);
  }

  // The pace.

  /**
   * How many may be come to now.
   *
   * @param emissionNanos between two at the steady rate
   */
  long allowed(long nowMillis, long emissionNanos) {
    long ahead = nowMillis * MILLI_NANOS - from(nowMillis);
    return ahead < 0 ? 0 : ahead / emissionNanos + 1;
  }

  /** When the next may be come to, epoch milliseconds, rounded up. */
  long eligibleMillis() {
    return Math.ceilDiv(nextNanos, MILLI_NANOS);
  }

  /** So many were come to. */
  void taken(int count, long nowMillis, long emissionNanos) {
    nextNanos = from(nowMillis) + count * emissionNanos;
  }

  private long from(long nowMillis) {
    return Math.max(nextNanos, nowMillis * MILLI_NANOS - LATE_NANOS);
  }
}
