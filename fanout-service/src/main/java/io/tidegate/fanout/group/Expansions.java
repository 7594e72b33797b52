package io.tidegate.fanout.group;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.SharedMessages;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserEvent.GroupArrived;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.Numbering;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages for a group or everyone to each user of one store that they are for, exactly once
 * (invariant 24): what comes to a user twice on different ways is known there by its id.
 *
 * <p>A message for a small group comes to all at once. One for many is kept with how far it has
 * come and goes on a slice at a time, to those who have a session first. What comes to a user
 * meanwhile goes behind it: {@link #bringUp} is to be called before. But for those with a pace,
 * which are meant to take their time.
 *
 * <p>For one thread and one store from its opening on.
 */
public final class Expansions {
  /** Up to so many members get their message at once. */
  public static final int SMALL = 64;

  /**
   * Among so many members those who have a session are looked for, and not the members among all
   * who have one, which are mostly more.
   */
  static final int FEW_MEMBERS = 1_024;

  /** A payload of so many bytes or more lies once for a small group. */
  static final int WORTH_SHARING_BYTES = 1024;

  /** Of one message before another has its turn. */
  static final int SLICE = 64;

  /** How many messages on their way a user is brought up with; later ones come by themselves. */
  static final int MOST_BEFORE = 64;

  /** No text of UTF-8 begins so, so it is no user's. */
  private static final byte NO_USER = (byte) 0xFF;

  private static final long NANOS = 1_000_000_000;

  private final Sequencer sequencer;
  private final SharedMessages sharedMessages;
  private final SortedBytes store;
  private final int partition;
  private final int partitions;
  private final TreeMap<Long, Expansion> underWay = new TreeMap<>();

  /** Of those the ones on their way to who has a session. */
  private final TreeMap<Long, Expansion> onlineFirst = new TreeMap<>();

  private int unreadable;

  /** The one that had its turn last. */
  private long lastServed;

  /** Has users handle what comes to them. */
  public interface Members {
    /**
     * @param origin the offset of the copy on {@code tidegate.messages}
     * @return whether the message lies in the user's mailbox now
     */
    boolean arrive(UserKey user, GroupArrived arrived, long origin);
  }

  /**
   * @param store what is written here is of no user, but for references to shared messages; users
   *     are handled by {@link Members}
   * @param partition of {@code partitions}, to which each message is copied
   */
  public Expansions(Sequencer sequencer, SortedBytes store, int partition, int partitions) {
    this.sequencer = sequencer;
    this.sharedMessages = sequencer.sharedMessages();
    this.store = store;
    this.partition = partition;
    this.partitions = partitions;
    load();
  }

  private void load() {
    byte[] from = Keys.expansion(0);
    try (SortedBytes.Range range = store.range(from, Keys.expansion(Long.MAX_VALUE))) {
      while (range.next()) {
        long id = Keys.number(range.key());
        try {
          add(Expansion.parse(id, range.value(), sharedMessages.get(store, id)));
        } catch (IllegalStateException e) {
          // It stays where it is, for who looks into it, and stops nothing.
          unreadable++;
        }
      }
    }
  }

  /** How many messages of the store cannot go on, for a fault of ours. */
  public int unreadable() {
    return unreadable;
  }

  /** How many messages are on their way. */
  public int underWay() {
    return underWay.size();
  }

  /**
   * Takes up a message.
   *
   * @param to many
   * @param origin the offset of the copy on {@code tidegate.messages}
   * @return false if its id came before
   */
  public boolean begin(
      Recipient to, Message message, long origin, long nowMillis, Members members) {
    byte[] owner = owner(to);
    if (sequencer.hasCome(store, owner, message, nowMillis)) {
      return false;
    }
    takeUp(to, message, origin, nowMillis, members);
    // Last, so that what a fault of ours stops may come again.
    return !sequencer.isRepeated(store, owner, message, nowMillis);
  }

  private void takeUp(Recipient to, Message message, long origin, long nowMillis, Members members) {
    long emission = emissionNanos(to.tenant());
    boolean paced = emission > 0;
    boolean byMembers = false;
    if (to instanceof Recipient.Group(GroupKey group)) {
      long count = Groups.members(store, group);
      if (count <= SMALL && !paced) {
        bringToAll(group, message, origin, nowMillis, members);
        return;
      }
      byMembers = count <= FEW_MEMBERS;
    }
    long id = sharedMessages.put(store, message, 1);
    Expansion expansion =
        Expansion.begin(
            id,
            to,
            message,
            origin,
            Numbering.last(store, Keys.Numbers.POSITIONS),
            byMembers,
            message.isLive() || !paced,
            // So that the partitions do not go at the same instants.
            nowMillis * 1_000_000 + emission / partitions * partition);
    store.put(Keys.expansion(id), expansion.toBytes());
    add(expansion);
  }

  private void add(Expansion expansion) {
    underWay.put(expansion.id, expansion);
    if (expansion.isOnlineFirst()) {
      onlineFirst.put(expansion.id, expansion);
    }
  }

  private void bringToAll(
      GroupKey group, Message message, long origin, long nowMillis, Members members) {
    List<UserKey> all = Groups.first(store, group, SMALL);
    if (message.isLive()) {
      all.removeIf(user -> store.get(Keys.online(user)) == null);
    }
    boolean sharing =
        all.size() > 1 && message.payload().length >= WORTH_SHARING_BYTES && !message.isLive();
    long shared = sharing ? sharedMessages.put(store, message, all.size()) : 0;
    int kept = 0;
    for (UserKey user : all) {
      bringUp(user, nowMillis, members);
      kept += members.arrive(user, new GroupArrived(message, shared), origin) ? 1 : 0;
    }
    if (sharing) {
      sharedMessages.refer(store, shared, (long) kept - all.size());
    }
  }

  /**
   * Brings to a user what is on its way and meant for it, so that what comes next goes behind it.
   */
  public void bringUp(UserKey user, long nowMillis, Members members) {
    if (!underWay.isEmpty()) {
      bringUp(user, Long.MAX_VALUE, nowMillis, members);
    }
  }

  private void bringUp(UserKey user, long before, long nowMillis, Members members) {
    int left = MOST_BEFORE;
    // Looked up once for all messages of a group: with many on their way, each event of each user
    // of the store would else cost as many looks, be handled the slower the more there are, and so
    // keep them on their way.
    Map<Recipient, Long> joined = new HashMap<>();
    for (Expansion each : underWay.headMap(before).values()) {
      if (left-- == 0) {
        return;
      }
      if (each.message.isLive()
          || emissionNanos(each.to.tenant()) > 0
          || !isFor(each, user, joined)
          || sequencer.hasCome(store, user.toBytes(), each.message, nowMillis)) {
        continue;
      }
      sharedMessages.refer(store, each.id, 1);
      if (!members.arrive(user, new GroupArrived(each.message, each.id), each.origin)) {
        sharedMessages.refer(store, each.id, -1);
      }
    }
  }

  /**
   * @param joined of this user, by group; who is known at all may change meanwhile
   */
  private boolean isFor(Expansion expansion, UserKey user, Map<Recipient, Long> joined) {
    return expansion.to instanceof Recipient.Group
        ? expansion.isFor(
            joined.computeIfAbsent(expansion.to, to -> Expansion.joined(store, to, user)))
        : expansion.isFor(store, user);
  }

  /**
   * Brings messages to the next users they are for, at most {@code limit}, and goes on until {@code
   * enough}, but never without one slice. Those who have a session come first; messages for
   * different groups take turns.
   */
  public void goOn(long nowMillis, int limit, BooleanSupplier enough, Members members) {
    int left = limit;
    while (left > 0) {
      Expansion next = next(nowMillis);
      if (next == null) {
        return;
      }
      left -= Math.max(1, slice(next, Math.min(left, SLICE), nowMillis, members));
      if (enough.getAsBoolean()) {
        return;
      }
    }
  }

  /** When there is something to go on with, epoch milliseconds; {@link Message#NEVER} for never. */
  public long dueMillis() {
    // The first of all is the first for whom it is for.
    if (!underWay.isEmpty() && emissionNanos(underWay.firstEntry().getValue().to.tenant()) == 0) {
      return 0;
    }
    long due = Message.NEVER;
    for (Expansion each : heads()) {
      due = Math.min(due, emissionNanos(each.to.tenant()) > 0 ? each.eligibleMillis() : 0);
    }
    return due;
  }

  /** Whether a message may go on to those who have a session. */
  public boolean isOnlineFirst(long nowMillis) {
    return onlineFirst.values().stream()
        .limit(MOST_BEFORE)
        .anyMatch(each -> allowed(each, nowMillis) > 0);
  }

  private @Nullable Expansion next(long nowMillis) {
    return heads().stream()
        .filter(each -> allowed(each, nowMillis) > 0)
        .min(
            Comparator.comparing((Expansion each) -> !each.isOnlineFirst())
                .thenComparing(each -> each.id <= lastServed)
                .thenComparingLong(each -> each.id))
        .orElse(null);
  }

  /** The first for each group, since those behind it are to come later, and for everyone. */
  private List<Expansion> heads() {
    // Of those that are looked at online users first, each is the first of its own.
    List<Expansion> heads =
        new ArrayList<>(onlineFirst.values().stream().limit(MOST_BEFORE).toList());
    Set<Recipient> seen = new HashSet<>();
    for (Expansion each : underWay.values()) {
      if (seen.size() == MOST_BEFORE) {
        break;
      }
      if (!each.isOnlineFirst() && seen.add(each.to)) {
        heads.add(each);
      }
    }
    return heads;
  }

  private int slice(Expansion expansion, int limit, long nowMillis, Members members) {
    lastServed = expansion.id;
    int most = (int) Math.min(limit, allowed(expansion, nowMillis));
    List<UserKey> next = expansion.next(store, most);
    boolean live = expansion.message.isLive();
    if (!live) {
      sharedMessages.refer(store, expansion.id, next.size());
    }
    int kept = 0;
    for (UserKey user : next) {
      bringUp(user, expansion.id, nowMillis, members);
      GroupArrived arrived = new GroupArrived(expansion.message, live ? 0 : expansion.id);
      kept += members.arrive(user, arrived, expansion.origin) ? 1 : 0;
    }
    if (!live) {
      sharedMessages.refer(store, expansion.id, (long) kept - next.size());
    }
    long emission = emissionNanos(expansion.to.tenant());
    if (emission > 0) {
      expansion.taken(next.size(), nowMillis, emission);
    }
    if (!expansion.isOnlineFirst()) {
      onlineFirst.remove(expansion.id);
    }
    if (expansion.isFinished()) {
      store.delete(Keys.expansion(expansion.id));
      underWay.remove(expansion.id);
      sharedMessages.refer(store, expansion.id, -1);
    } else {
      store.put(Keys.expansion(expansion.id), expansion.toBytes());
    }
    return next.size();
  }

  private long allowed(Expansion expansion, long nowMillis) {
    long emission = emissionNanos(expansion.to.tenant());
    return emission == 0 ? Long.MAX_VALUE : expansion.allowed(nowMillis, emission);
  }

  /** Between two users of this store at the tenant's pace; 0 for as fast as it goes. */
  private long emissionNanos(String tenant) {
    Integer rate = sequencer.broadcastRate(tenant);
    return rate == null ? 0 : Math.ceilDiv(NANOS * partitions, (long) rate);
  }

  private static byte[] owner(Recipient to) {
    byte[] key = to.key();
    return ByteBuffer.allocate(1 + key.length).put(NO_USER).put(key).array();
  }
}
