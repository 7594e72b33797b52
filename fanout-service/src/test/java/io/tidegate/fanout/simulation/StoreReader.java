package io.tidegate.fanout.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.state.EntryRecord;
import io.tidegate.fanout.state.QueueRecord;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the store without any code of the core, so that the two check each other. */
final class StoreReader {
  static final byte USER = 1;
  static final byte READY = 2;
  static final byte SCHEDULED = 3;
  static final byte RELEASED = 4;
  static final byte EXPIRY = 5;
  static final byte DUE = 6;
  static final byte DEDUPE = 7;
  static final byte COLLAPSE = 8;
  static final byte MEMBER = 9;
  static final byte MEMBER_OF = 10;
  static final byte GROUP = 11;
  static final byte SHARED = 12;
  static final byte REFERENCES = 13;
  static final byte EXPANSION = 14;
  static final byte ONLINE = 15;
  static final byte LAST = 16;

  /** The version of the policies that a sweep came to its end for. */
  static final byte SWEPT = (byte) 0xFE;

  private StoreReader() {}

  static @Nullable UserRecord user(SortedBytes store, UserKey user) {
    byte[] text = user.toBytes();
    byte[] value = store.get(ByteBuffer.allocate(1 + text.length).put(USER).put(text).array());
    return value == null ? null : parseUser(value);
  }

  static UserRecord parseUser(byte[] value) {
    try {
      return UserRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many entries are ready. */
  static int ready(UserRecord user) {
    return user.getQueuesList().stream().mapToInt(QueueRecord::getCount).sum();
  }

  /** Those of that urgency and above. */
  static int ready(UserRecord user, Urgency least) {
    return user.getQueuesList().stream()
        .filter(queue -> queue.getUrgency() >= least.position())
        .mapToInt(QueueRecord::getCount)
        .sum();
  }

  static EntryRecord parseEntry(byte[] value) {
    try {
      return EntryRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The entry with what it shares with others, which is its own but for arrival and expiry. */
  static EntryRecord parseEntry(SortedBytes store, byte[] value) {
    EntryRecord entry = parseEntry(value);
    if (entry.getShared() == 0) {
      return entry;
    }
    byte[] shared = store.get(number(SHARED, entry.getShared()));
    if (shared == null) {
      throw new Violation(6, "an entry refers to a message that is gone: " + entry);
    }
    return parseEntry(shared).toBuilder()
        .setArrival(entry.getArrival())
        .setArrivedMillis(entry.getArrivedMillis())
        .setExpiryMillis(entry.getExpiryMillis())
        .setShared(entry.getShared())
        .build();
  }

  private static byte[] number(byte kind, long number) {
    return ByteBuffer.allocate(9).put(kind).putLong(number).array();
  }

  /** The number that a key or a value ends with. */
  static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong(bytes.length - 8);
  }

  /** The user of a key that has a user and its length after the kind. */
  static UserKey userOf(byte[] key) {
    int length = ByteBuffer.wrap(key).getShort(1);
    return UserKey.parse(Arrays.copyOfRange(key, 3, 3 + length));
  }

  /** The user of a key that ends with it after the kind. */
  static UserKey onlyUserOf(byte[] key) {
    return UserKey.parse(Arrays.copyOfRange(key, 1, key.length));
  }

  /** What follows the user in such a key. */
  static ByteBuffer rest(byte[] key) {
    int length = ByteBuffer.wrap(key).getShort(1);
    return ByteBuffer.wrap(key, 3 + length, key.length - 3 - length);
  }
}
