package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
  private final Set<String> separate;
  private final SharedMessages sharedMessages;

  /** What was added last, which is mostly what goes next: not to be read from its bytes again. */
  private byte @Nullable [] addedValue;

  private @Nullable Entry added;

  /**
   * @param separate categories that may be held back alone, and wait in queues of their own
   */
  public Mailbox(
      SortedBytes store,
      UserKey user,
      MailboxState state,
      Set<String> separate,
      SharedMessages sharedMessages) {
    this.store = store;
    this.user = user;
    this.state = state;
    this.separate = separate;
    this.sharedMessages = sharedMessages;
  }

  /**
   * An entry and where it lies.
   *
   * @param value the entry as it is stored
   */
  public record Located(byte[] key, byte[] value, Entry entry) {}

  /**
   * Puts ready entries into the queues of their categories where these had none before; at most
   * {@code limit} are looked at. To be called first.
   *
   * @return whether all lie where they belong
   */
  public boolean sort(int limit) {
    return new Sorting(this, state, separate).run(limit);
  }

  /**
   * Puts a new message where it waits: scheduled if its instant is to come, else ready. To be
   * called after {@link #promote}.
   *
   * @param shared its id where it lies once for many, and a reference is this mailbox's; else 0
   * @return whether it is ready
   */
  public boolean add(Message message, long shared, long nowMillis) {
    Entry entry = new Entry(state.nextArrival++, nowMillis, message, shared);
    // While some whose instant has come are still to be made ready, it goes behind them.
    boolean behindDue = state.scheduled > 0 && state.scheduledMillis <= nowMillis;
    boolean scheduled = message.deliverAtMillis() > nowMillis || behindDue;
    byte[] key;
    if (scheduled) {
      long at = Math.max(message.deliverAtMillis(), nowMillis);
      key = Keys.scheduled(user, at, entry.arrival());
      state.scheduled++;
      state.scheduledMillis = Math.min(state.scheduledMillis, at);
    } else {
      key = enqueue(message);
    }
    byte[] value = entry.toBytes();
    store.insert(key, value);
    addedValue = value;
    added = entry;
    if (message.expiryMillis() != Message.NEVER) {
      store.insert(Keys.expiry(user, message.expiryMillis(), entry.arrival()), key);
      state.expiryMillis = Math.min(state.expiryMillis, message.expiryMillis());
    }
    if (message.collapseKey() != null) {
      store.put(Keys.collapse(user, message.collapseKey()), key);
    }
    state.payloadBytes += message.payload().length;
    return !scheduled;
  }

  /** The waiting entry with that collapse key. */
  public @Nullable Located waitingWith(String collapseKey) {
    byte[] key = store.get(Keys.collapse(user, collapseKey));
    return key == null ? null : located(key);
  }

  /**
   * Makes the entries ready whose instant has come, at most {@code limit}, and tells {@code
   * promoted} of each.
   */
  public void promote(long nowMillis, int limit, Consumer<Entry> promoted) {
    for (Located found : firstScheduled(limit, nowMillis)) {
      state.scheduledMillis = Keys.millis(found.key());
      if (state.scheduledMillis > nowMillis) {
        return;
      }
      byte[] ready = enqueue(found.entry().message());
      moveWaiting(found, ready);
      state.scheduled--;
      promoted.accept(found.entry());
    }
    if (state.scheduled == 0) {
      state.scheduledMillis = Message.NEVER;
    }
  }

  /** The ready entries in the order in which they go; at most {@code limit} are read at once. */
  public ReleaseOrder releaseOrder(int limit) {
    return new ReleaseOrder(this, state.queues, limit);
  }

  /** The first of a queue, at most {@code limit}. */
  List<Located> firstReady(ReadyQueue queue, int limit) {
    if (queue.count == 0) {
      return List.of();
    }
    List<Located> first = inQueue(queue, queue.head, Math.min(limit, queue.count));
    if (first.isEmpty()) {
      throw new IllegalStateException("the mailbox counts entries that are not there");
    }
    queue.head = Keys.number(first.getFirst().key());
    return first;
  }

  /** The entries of a queue from a place on, at most {@code limit}. */
  List<Located> inQueue(ReadyQueue queue, long from, int limit) {
    return new Numbered(store, place -> Keys.ready(user, queue.id, place), this::entry)
        .read(from, queue.tail, limit, Long.MAX_VALUE);
  }

  /** Moves a ready entry to the end of another queue. */
  void requeue(Located from, ReadyQueue to) {
    moveWaiting(from, Keys.ready(user, to.id, to.add()));
    dequeue(from.key());
  }

  /** Gives a ready entry its seq and keeps it until it is removed; says the seq. */
  public long release(Located ready) {
    long seq = state.nextSeq++;
    move(ready, Keys.released(user, seq));
    forgetCollapse(ready);
    dequeue(ready.key());
    state.released++;
    return seq;
  }

  /** Uses up a seq for a message that is removed before it had one, so that clients see a gap. */
  public void skipSeq() {
    state.lossFloor = state.nextSeq++;
  }

  /**
   * The released entries after {@code seq} up to {@code last}, inclusive, rising, at most {@code
   * limit} and about so many payload bytes.
   */
  public List<Located> released(long seq, long last, int limit, long bytes) {
    if (state.released == 0) {
      return List.of();
    }
    return new Numbered(store, number -> Keys.released(user, number), this::entry)
        .read(Math.max(Math.max(seq, state.floor) + 1, state.releasedFrom), last + 1, limit, bytes);
  }

  /** Entries whose own expiry has come, at most {@code limit}. */
  public List<Located> expired(long nowMillis, int limit) {
    List<Located> found = new ArrayList<>();
    byte[] from = Keys.expiry(user, state.expiryMillis, 0);
    state.expiryMillis = Message.NEVER;
    try (SortedBytes.Range range = store.range(from, Keys.expiryEnd(user))) {
      while (range.next()) {
        long expiry = Keys.millis(range.key());
        if (expiry > nowMillis || found.size() == limit) {
          state.expiryMillis = expiry;
          break;
        }
        found.add(located(range.value()));
      }
    }
    return found;
  }

  /** What waits, in the order in which it goes, scheduled last; at most {@code limit}. */
  public List<Located> first(int limit) {
    List<Located> first = new ArrayList<>();
    for (ReadyQueue queue : state.queues.all()) {
      first.addAll(firstReady(queue, limit));
    }
    first.sort(
        Comparator.comparing((Located each) -> each.entry().message().urgency())
            .reversed()
            .thenComparingLong(each -> each.entry().arrival()));
    first.addAll(firstScheduled(limit, Message.NEVER));
    return first.size() <= limit ? first : first.subList(0, limit);
  }

  /** The entry of each order that came first: the candidates for being the oldest of all. */
  public List<Located> oldest() {
    List<Located> oldest = new ArrayList<>(Urgency.ALL.size() + 2);
    for (ReadyQueue queue : state.queues.all()) {
      oldest.addAll(firstReady(queue, 1));
    }
    for (Located released : released(state.floor, state.head(), 1, Long.MAX_VALUE)) {
      state.releasedFrom = Keys.number(released.key());
      oldest.add(released);
    }
    oldest.addAll(firstScheduled(1, Message.NEVER));
    return oldest;
  }

  /** Takes an entry out for good, with all that leads to it. */
  public void remove(Located located) {
    store.delete(located.key());
    Message message = located.entry().message();
    if (message.expiryMillis() != Message.NEVER) {
      store.delete(Keys.expiry(user, message.expiryMillis(), located.entry().arrival()));
    }
    state.payloadBytes -= message.payload().length;
    if (located.entry().shared() != 0) {
      sharedMessages.refer(store, located.entry().shared(), -1);
    }
    if (Keys.isReleased(located.key())) {
      state.released--;
      return;
    }
    forgetCollapse(located);
    if (Keys.isScheduled(located.key())) {
      state.scheduled--;
    } else {
      dequeue(located.key());
    }
  }

  private byte[] enqueue(Message message) {
    String category = message.category();
    boolean sorted = state.queues.shared(message.urgency()).unsorted == ReadyQueue.SORTED;
    boolean alone = category != null && separate.contains(category) && sorted;
    ReadyQueue queue = state.queues.queue(message.urgency(), alone ? category : null);
    return Keys.ready(user, queue.id, queue.add());
  }

  private void dequeue(byte[] readyKey) {
    state.queues.withId(Keys.queue(readyKey)).remove(Keys.number(readyKey));
  }

  private void move(Located from, byte[] to) {
    store.delete(from.key());
    store.insert(to, from.value());
    long expiry = from.entry().message().expiryMillis();
    if (expiry != Message.NEVER) {
      store.put(Keys.expiry(user, expiry, from.entry().arrival()), to);
    }
  }

  private void moveWaiting(Located from, byte[] to) {
    move(from, to);
    String collapseKey = from.entry().message().collapseKey();
    if (collapseKey != null) {
      store.put(Keys.collapse(user, collapseKey), to);
    }
  }

  private void forgetCollapse(Located waiting) {
    String collapseKey = waiting.entry().message().collapseKey();
    if (collapseKey != null) {
      store.delete(Keys.collapse(user, collapseKey));
    }
  }

  /**
   * @param lastMillis ends with the first one that is later
   */
  private List<Located> firstScheduled(int limit, long lastMillis) {
    List<Located> found = new ArrayList<>();
    if (state.scheduled == 0) {
      return found;
    }
    byte[] from = Keys.scheduled(user, state.scheduledMillis, 0);
    try (SortedBytes.Range range = store.range(from, Keys.scheduledEnd(user))) {
      while (found.size() < limit && range.next()) {
        found.add(new Located(range.key(), range.value(), entry(range.value())));
        if (Keys.millis(range.key()) > lastMillis) {
          break;
        }
      }
    }
    return found;
  }

  private Entry entry(byte[] value) {
    if (added != null && Arrays.equals(value, addedValue)) {
      return added;
    }
    return Entry.parse(value, id -> sharedMessages.get(store, id));
  }

  private Located located(byte[] key) {
    byte[] value = store.get(key);
    if (value == null) {
      throw new IllegalStateException("an index of the store leads to no entry");
    }
    return new Located(key, value, entry(value));
  }
}
