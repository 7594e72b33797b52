package io.tidegate.fanout.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.ExpansionRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes the real groups and expansions behave like wrong ones, by what is kept of them. */
final class GroupMutations {
  private GroupMutations() {}

  /** The store as the mutant keeps it of an event. */
  static SortedBytes over(Mutant mutant, UserEvent event, SortedBytes store) {
    return new SortedBytes() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return store.get(key);
      }

      @Override
      public void put(byte[] key, byte[] value) {
        byte[] kept = kept(mutant, event, store, key, value);
        if (kept != null) {
          store.put(key, kept);
        }
      }

      @Override
      public void delete(byte[] key) {
        boolean lost =
            switch (mutant) {
              case LEAVERS_STAY -> key[0] == StoreReader.MEMBER;
              case REFERENCES_NEVER_GIVEN_BACK -> key[0] == StoreReader.REFERENCES;
              default -> false;
            };
        if (!lost) {
          store.delete(key);
        }
      }

      @Override
      public Range range(byte[] from, byte[] to) {
        return store.range(from, to);
      }
    };
  }

  private static byte @Nullable [] kept(
      Mutant mutant, UserEvent event, SortedBytes store, byte[] key, byte[] value) {
    boolean lost =
        switch (mutant) {
          case CURSOR_NOT_PERSISTED -> key[0] == StoreReader.EXPANSION && store.get(key) != null;
          case USERS_NOT_DEDUPED -> key[0] == StoreReader.DEDUPE && isForAUser(event);
          case SESSIONS_NOT_INDEXED -> key[0] == StoreReader.ONLINE;
          case REFERENCES_NEVER_GIVEN_BACK ->
              key[0] == StoreReader.REFERENCES && number(value) < number(store.get(key));
          case REFERENCES_NOT_TAKEN ->
              key[0] == StoreReader.REFERENCES
                  && store.get(key) != null
                  && number(value) > number(store.get(key));
          default -> false;
        };
    if (lost) {
      return null;
    }
    return key[0] == StoreReader.EXPANSION ? expansion(mutant, store, value) : value;
  }

  private static byte[] expansion(Mutant mutant, SortedBytes store, byte[] value) {
    ExpansionRecord.Builder record;
    try {
      record = ExpansionRecord.parseFrom(value).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    switch (mutant) {
      case CURSOR_PERSISTED_TOO_EARLY -> {
        byte[] cursor = record.getCursor().toByteArray();
        if (cursor.length > 0) {
          byte[] end = Keys.after(new byte[] {cursor[0]});
          try (SortedBytes.Range range = store.range(cursor, end)) {
            if (range.next()) {
              record.setCursor(ByteString.copyFrom(Keys.next(range.key())));
            }
          }
        }
      }
      case LATE_JOINERS_TOO -> record.setLastPosition(Long.MAX_VALUE - 1);
      case BROADCAST_PACE_NOT_PERSISTED -> record.setNextNanos(0);
      default -> {}
    }
    return record.build().toByteArray();
  }

  private static boolean isForAUser(UserEvent event) {
    return event instanceof UserEvent.Arrived || event instanceof UserEvent.GroupArrived;
  }

  private static long number(byte @Nullable [] value) {
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }
}
