package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one user and the indexes that lead to them. An entry is in one place: scheduled
 * (its instant has not come), ready, or released (it has a seq). Every write keeps the numbers of
 * {@link MailboxState} true.
 */
public final class Mailbox {
  private final SortedBytes store;
  private final UserKey user;
  private final MailboxState state;

  public Mailbox(SortedBytes store, UserKey user, MailboxState state) {
    this.store = store;
    this.user = user;
    this.state = state;
  }

  /** An entry and where it lies. */
  public record Located(byte[] key, Entry entry) {}

  /** Puts a new message where it waits: scheduled if its instant is to come, else ready. */
  public void add(Message message, long nowMillis) {
    Entry entry = new Entry(state.nextArrival++, nowMillis, message);
    boolean waitsForInstant = message.deliverAtMillis() > nowMillis;
    byte[] key = waitsForInstant ? scheduledKey(entry) : readyKey(entry);
    put(key, entry);
    if (waitsForInstant) {
      state.scheduled++;
      state.scheduledMillis = Math.min(state.scheduledMillis, message.deliverAtMillis());
    } else {
      state.ready++;
    }
    if (message.collapseKey() != null) {
      store.put(Keys.collapse(user, message.collapseKey()), key);
    }
    state.payloadBytes += message.payload().length;
  }

  /** The waiting entry with that collapse key. */
  public @Nullable Located waitingWith(String collapseKey) {
    byte[] key = store.get(Keys.collapse(user, collapseKey));
    return key == null ? null : new Located(key, entry(key));
  }

  /** Makes the entries ready whose instant has come, at most {@code limit}. */
  public void promote(long nowMillis, int limit) {
    for (Located found : head(Keys.scheduledFrom(user), limit)) {
      if (found.entry().message().deliverAtMillis() > nowMillis) {
        state.scheduledMillis = found.entry().message().deliverAtMillis();
        return;
      }
      byte[] ready = readyKey(found.entry());
      move(found, ready);
      state.scheduled--;
      state.ready++;
      String collapseKey = found.entry().message().collapseKey();
      if (collapseKey != null) {
        store.put(Keys.collapse(user, collapseKey), ready);
      }
    }
    state.scheduledMillis = state.scheduled == 0 ? Message.NEVER : nowMillis;
  }

  /** The ready entries that go first: most urgent, then first come; at most {@code limit}. */
  public List<Located> firstReady(int limit) {
    return state.ready == 0 ? List.of() : head(Keys.readyFrom(user), limit);
  }

  /** Gives a ready entry its seq and keeps it until it is removed; says the seq. */
  public long release(Located ready) {
    long seq = state.nextSeq++;
    move(ready, Keys.released(user, seq));
    forgetCollapse(ready);
    state.ready--;
    state.released++;
    return seq;
  }

  /** Uses up a seq for a message that is removed before it had one, so that clients see a gap. */
  public void skipSeq() {
    state.lossFloor = state.nextSeq++;
  }

  /**
   * The released entries after {@code seq}, rising, at most {@code limit} and about so many bytes.
   */
  public List<Located> releasedAfter(long seq, int limit, long bytes) {
    List<Located> found = new ArrayList<>();
    if (state.released == 0 || limit <= 0) {
      return found;
    }
    byte[] from = Keys.released(user, seq + 1);
    long size = 0;
    try (SortedBytes.Range range = store.range(from, Keys.released(user, Long.MAX_VALUE))) {
      while (found.size() < limit && size < bytes && range.next()) {
        Entry entry = Entry.parse(range.value());
        size += entry.message().payload().length;
        found.add(new Located(range.key(), entry));
      }
    }
    return found;
  }

  /** Entries whose own expiry has come, at most {@code limit}. */
  public List<Located> expired(long nowMillis, int limit) {
    List<Located> found = new ArrayList<>();
    byte[] from = Keys.expiryFrom(user);
    state.expiryMillis = Message.NEVER;
    try (SortedBytes.Range range = store.range(from, Keys.after(from))) {
      while (range.next()) {
        long expiry = Keys.millis(range.key());
        if (expiry > nowMillis || found.size() == limit) {
          state.expiryMillis = expiry;
          break;
        }
        found.add(new Located(range.value(), entry(range.value())));
      }
    }
    return found;
  }

  /** The entry of each order that came first: the candidates for being the oldest of all. */
  public List<Located> oldest() {
    List<Located> oldest = new ArrayList<>(Urgency.values().length + 2);
    for (Urgency urgency : Urgency.values()) {
      oldest.addAll(oldestReady(urgency));
    }
    if (state.released > 0) {
      oldest.addAll(releasedAfter(state.floor, 1, Long.MAX_VALUE));
    }
    if (state.scheduled > 0) {
      oldest.addAll(head(Keys.scheduledFrom(user), 1));
    }
    return oldest;
  }

  private List<Located> oldestReady(Urgency urgency) {
    return state.ready == 0 ? List.of() : head(Keys.readyFrom(user, urgency.position()), 1);
  }

  /** Takes an entry out for good, with all that leads to it. */
  public void remove(Located located) {
    store.delete(located.key());
    Message message = located.entry().message();
    if (message.expiryMillis() != Message.NEVER) {
      store.delete(Keys.expiry(user, message.expiryMillis(), located.entry().arrival()));
    }
    state.payloadBytes -= message.payload().length;
    if (Keys.isReleased(located.key())) {
      state.released--;
      return;
    }
    forgetCollapse(located);
    if (Keys.isScheduled(located.key())) {
      state.scheduled--;
    } else {
      state.ready--;
    }
  }

  private void move(Located from, byte[] to) {
    store.delete(from.key());
    put(to, from.entry());
  }

  private void put(byte[] key, Entry entry) {
    store.put(key, entry.toBytes());
    long expiry = entry.message().expiryMillis();
    if (expiry != Message.NEVER) {
      store.put(Keys.expiry(user, expiry, entry.arrival()), key);
      state.expiryMillis = Math.min(state.expiryMillis, expiry);
    }
  }

  private void forgetCollapse(Located waiting) {
    String collapseKey = waiting.entry().message().collapseKey();
    if (collapseKey != null) {
      store.delete(Keys.collapse(user, collapseKey));
    }
  }

  private List<Located> head(byte[] prefix, int limit) {
    List<Located> found = new ArrayList<>();
    try (SortedBytes.Range range = store.range(prefix, Keys.after(prefix))) {
      while (found.size() < limit && range.next()) {
        found.add(new Located(range.key(), Entry.parse(range.value())));
      }
    }
    return found;
  }

  private Entry entry(byte[] key) {
    byte[] value = store.get(key);
    if (value == null) {
      throw new IllegalStateException("an index of the store leads to no entry");
    }
    return Entry.parse(value);
  }

  private byte[] readyKey(Entry entry) {
    return Keys.ready(user, entry.message().urgency().position(), entry.arrival());
  }

  private byte[] scheduledKey(Entry entry) {
    return Keys.scheduled(user, entry.message().deliverAtMillis(), entry.arrival());
  }
}
