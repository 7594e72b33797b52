package io.tidegate.fanout.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of the one store. A key begins with a byte for its kind; numbers are big endian, so that
 * they sort; a user is preceded by its length, so that no user's keys lie among another's. Kinds
 * from 0xF0 up are the shell's own.
 */
public final class Keys {
  private static final byte USER = 1;
  private static final byte READY = 2;
  private static final byte SCHEDULED = 3;
  private static final byte RELEASED = 4;
  private static final byte EXPIRY = 5;
  private static final byte DUE = 6;
  private static final byte DEDUPE = 7;
  private static final byte COLLAPSE = 8;
  private static final byte MEMBER = 9;
  private static final byte MEMBER_OF = 10;
  private static final byte GROUP = 11;
  private static final byte SHARED = 12;
  private static final byte REFERENCES = 13;
  private static final byte EXPANSION = 14;
  private static final byte ONLINE = 15;
  private static final byte LAST = 16;

  /** What is numbered over the whole store. */
  public enum Numbers {
    SHARED(0),
    POSITIONS(1);

    private final byte id;

    Numbers(int id) {
      this.id = (byte) id;
    }
  }

  private Keys() {}

  /** By tenant: all users of one lie together. */
  public static byte[] user(UserKey user) {
    return bytes(USER, user.toBytes());
  }

  /** What the {@link #user} keys of a tenant begin with, and no other's. */
  public static byte[] users(String tenant) {
    return text(USER, tenant + "/");
  }

  /** Not after any {@link #user} key; {@link #after} it, none. */
  public static byte[] firstUser() {
    return new byte[] {USER};
  }

  /** The user of a {@link #user} or {@link #online} key. */
  public static UserKey userOf(byte[] userKey) {
    return UserKey.parse(Arrays.copyOfRange(userKey, 1, userKey.length));
  }

  /** There while the user has a session; by tenant. */
  public static byte[] online(UserKey user) {
    return bytes(ONLINE, user.toBytes());
  }

  /** What the {@link #online} keys of a tenant begin with, and no other's. */
  public static byte[] online(String tenant) {
    return text(ONLINE, tenant + "/");
  }

  /** Not after any {@link #online} key; {@link #after} it, none. */
  public static byte[] firstOnline() {
    return new byte[] {ONLINE};
  }

  /** Leads to who joined the group at that position. */
  public static byte[] member(GroupKey group, long position) {
    byte[] text = group.toString().getBytes(UTF_8);
    return ByteBuffer.allocate(3 + text.length + 8)
        .put(MEMBER)
        .putShort((short) text.length)
        .put(text)
        .putLong(position)
        .array();
  }

  /** The position at which the user joined the group, while it is in it. */
  public static byte[] memberOf(UserKey user, GroupKey group) {
    byte[] text = group.group().getBytes(UTF_8);
    return start(MEMBER_OF, user, text.length).put(text).array();
  }

  /** What is known of the group itself. */
  public static byte[] group(GroupKey group) {
    return text(GROUP, group.toString());
  }

  /** A message that lies in many mailboxes. */
  public static byte[] shared(long id) {
    return number(SHARED, id);
  }

  /** How many mailboxes refer to a {@link #shared} message. */
  public static byte[] references(long id) {
    return number(REFERENCES, id);
  }

  public static byte[] expansion(long id) {
    return number(EXPANSION, id);
  }

  /** The last number that was given. */
  public static byte[] last(Numbers numbers) {
    return new byte[] {LAST, numbers.id};
  }

  /** A message that may go at once, at a place of one of the user's queues, 0 to 255. */
  public static byte[] ready(UserKey user, int queue, long place) {
    return start(READY, user, 9).put((byte) queue).putLong(place).array();
  }

  /** A message that waits for its instant. */
  public static byte[] scheduled(UserKey user, long deliverAtMillis, long arrival) {
    return start(SCHEDULED, user, 16).putLong(deliverAtMillis).putLong(arrival).array();
  }

  /** The first key after all of the user's {@link #scheduled} keys. */
  public static byte[] scheduledEnd(UserKey user) {
    return after(start(SCHEDULED, user, 0).array());
  }

  public static byte[] released(UserKey user, long seq) {
    return start(RELEASED, user, 8).putLong(seq).array();
  }

  /**
   * The seq of a {@link #released} key, the place of a {@link #ready} one, the position of a {@link
   * #member} one, the id of an {@link #expansion}.
   */
  public static long number(byte[] numberedKey) {
    return ByteBuffer.wrap(numberedKey).getLong(numberedKey.length - 8);
  }

  /** The queue of a {@link #ready} key. */
  public static int queue(byte[] readyKey) {
    return readyKey[readyKey.length - 9] & 0xFF;
  }

  /** Leads to the entry that expires then; the value is the entry's key. */
  public static byte[] expiry(UserKey user, long expiryMillis, long arrival) {
    return start(EXPIRY, user, 16).putLong(expiryMillis).putLong(arrival).array();
  }

  /** The first key after all of the user's {@link #expiry} keys. */
  public static byte[] expiryEnd(UserKey user) {
    return after(start(EXPIRY, user, 0).array());
  }

  /** The instant of an {@link #expiry} or {@link #scheduled} key, epoch milliseconds. */
  public static long millis(byte[] timedKey) {
    return ByteBuffer.wrap(timedKey).getLong(timedKey.length - 16);
  }

  /** Leads from a collapse key to the waiting entry that has it; the value is the entry's key. */
  public static byte[] collapse(UserKey user, String collapseKey) {
    byte[] text = collapseKey.getBytes(UTF_8);
    return start(COLLAPSE, user, text.length).put(text).array();
  }

  public static byte[] due(long atMillis, UserKey user) {
    byte[] text = user.toBytes();
    return ByteBuffer.allocate(9 + text.length).put(DUE).putLong(atMillis).put(text).array();
  }

  public static byte[] dueFrom(long atMillis) {
    return ByteBuffer.allocate(9).put(DUE).putLong(atMillis).array();
  }

  public static long dueMillis(byte[] dueKey) {
    return ByteBuffer.wrap(dueKey).getLong(1);
  }

  public static UserKey dueUser(byte[] dueKey) {
    return UserKey.parse(Arrays.copyOfRange(dueKey, 9, dueKey.length));
  }

  /** Says when a message id came. */
  public static byte[] dedupe(byte[] id) {
    return bytes(DEDUPE, id);
  }

  /** Not after any {@link #dedupe} key. */
  public static byte[] firstDedupe() {
    return new byte[] {DEDUPE};
  }

  /** After all {@link #dedupe} keys. */
  public static byte[] afterDedupe() {
    return after(firstDedupe());
  }

  /** The next key there can be. */
  public static byte[] next(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The first key after all that begin with {@code prefix}. */
  public static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; i >= 0; i--) {
      if (next[i] != (byte) 0xFF) {
        next[i]++;
        return Arrays.copyOf(next, i + 1);
      }
    }
    throw new IllegalArgumentException("nothing sorts after a prefix of 0xFF only");
  }

  /** Whether a key leads to an entry that has been released. */
  public static boolean isReleased(byte[] entryKey) {
    return entryKey[0] == RELEASED;
  }

  public static boolean isScheduled(byte[] entryKey) {
    return entryKey[0] == SCHEDULED;
  }

  private static byte[] text(byte kind, String text) {
    return bytes(kind, text.getBytes(UTF_8));
  }

  private static byte[] bytes(byte kind, byte[] bytes) {
    return ByteBuffer.allocate(1 + bytes.length).put(kind).put(bytes).array();
  }

  private static byte[] number(byte kind, long number) {
    return ByteBuffer.allocate(9).put(kind).putLong(number).array();
  }

  private static ByteBuffer start(byte kind, UserKey user, int more) {
    byte[] text = user.toBytes();
    return ByteBuffer.allocate(3 + text.length + more)
        .put(kind)
        .putShort((short) text.length)
        .put(text);
  }
}
