package io.tidegate.fanout.group;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A way to build it wrong that must be noticed. */
enum GroupMutant {
  NONE,
  /** How far a message has come is kept only when it is taken up. */
  CURSOR_NOT_PERSISTED,
  /** That a message has come to a user is not remembered. */
  USERS_NOT_DEDUPED,
  /** What comes to a user does not wait for what is on its way. */
  NOBODY_BROUGHT_UP,
  /** A mailbox's reference is not given back. */
  REFERENCES_NEVER_GIVEN_BACK,
  /** References that a slice takes are not counted. */
  REFERENCES_NOT_TAKEN,
  /** Who has a session is not found by it. */
  SESSIONS_NOT_INDEXED,
  /** Who leaves a group stays on its list. */
  LEAVERS_STAY;

  private static final byte EXPANSION = Keys.expansion(0)[0];
  private static final byte REFERENCES = Keys.references(0)[0];
  private static final byte ONLINE = Keys.online(new UserKey("t", "u"))[0];
  private static final byte DEDUPE = Keys.dedupeFrom(0)[0];
  private static final byte MEMBER = Keys.member(new GroupKey("t", "g"), 0)[0];

  /** The store as the mutant keeps it. */
  SortedBytes over(SortedBytes store) {
    return new SortedBytes() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return store.get(key);
      }

      @Override
      public void put(byte[] key, byte[] value) {
        if (!losesPut(key, store.get(key), value)) {
          store.put(key, value);
        }
      }

      @Override
      public void delete(byte[] key) {
        if (!losesDelete(key)) {
          store.delete(key);
        }
      }

      @Override
      public Range range(byte[] from, byte[] to) {
        return store.range(from, to);
      }
    };
  }

  private boolean losesPut(byte[] key, byte @Nullable [] before, byte[] value) {
    return switch (this) {
      case CURSOR_NOT_PERSISTED -> key[0] == EXPANSION && before != null;
      case USERS_NOT_DEDUPED -> key[0] == DEDUPE && isOfAUser(key);
      case REFERENCES_NEVER_GIVEN_BACK ->
          key[0] == REFERENCES && before != null && number(value) < number(before);
      case REFERENCES_NOT_TAKEN ->
          key[0] == REFERENCES && before != null && number(value) > number(before);
      case SESSIONS_NOT_INDEXED -> key[0] == ONLINE;
      case LEAVERS_STAY, NOBODY_BROUGHT_UP, NONE -> false;
    };
  }

  private boolean losesDelete(byte[] key) {
    return switch (this) {
      case LEAVERS_STAY -> key[0] == MEMBER;
      case REFERENCES_NEVER_GIVEN_BACK -> key[0] == REFERENCES;
      case CURSOR_NOT_PERSISTED, USERS_NOT_DEDUPED, REFERENCES_NOT_TAKEN -> false;
      case SESSIONS_NOT_INDEXED, NOBODY_BROUGHT_UP, NONE -> false;
    };
  }

  /** After its bucket and its length, the owner; one that is no user begins with no text. */
  private static boolean isOfAUser(byte[] dedupeKey) {
    return dedupeKey[11] != (byte) 0xFF;
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
