package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Message;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.Numbering;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Messages that lie in many mailboxes and only once in the store, each as long as anything refers
 * to it (invariant 6).
 *
 * <p>For one thread and one store from its opening on: it remembers the {@value #REMEMBERED}
 * messages that were asked for last, at most 256 KiB of payload each.
 */
public final class SharedMessages {
  private static final int REMEMBERED = 16;

  private final Map<Long, Message> known =
      new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Message> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Keeps a message.
   *
   * @param references 1 or more, which are to be given back by {@link #refer}
   * @return its id, 1 or more, which no other ever has
   */
  public long put(SortedBytes store, Message message, long references) {
    long id = Numbering.next(store, Keys.Numbers.SHARED);
    store.put(Keys.shared(id), new Entry(0, 0, message, 0).toBytes());
    store.put(Keys.references(id), bytes(references));
    return id;
  }

  public Message get(SortedBytes store, long id) {
    Message found = known.get(id);
    if (found == null) {
      byte[] value = store.get(Keys.shared(id));
      if (value == null) {
        throw new IllegalStateException("an entry of the store refers to no message");
      }
      found =
          Entry.parse(
                  value,
                  _ -> {
                    throw new IllegalStateException("shared twice");
                  })
              .message();
      known.put(id, found);
    }
    return found;
  }

  /**
   * Counts references to a message; with the last it is gone.
   *
   * @param more how many there are now beside those before; negative: fewer
   */
  public void refer(SortedBytes store, long id, long more) {
    if (more == 0) {
      return;
    }
    byte[] key = Keys.references(id);
    byte[] count = store.get(key);
    long references = (count == null ? 0 : ByteBuffer.wrap(count).getLong()) + more;
    if (count == null || references < 0) {
      throw new IllegalStateException("more references were given back than there were");
    }
    if (references > 0) {
      store.put(key, bytes(references));
    } else {
      store.delete(key);
      store.delete(Keys.shared(id));
      known.remove(id);
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
