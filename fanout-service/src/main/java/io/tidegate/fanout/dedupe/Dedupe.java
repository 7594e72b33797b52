package io.tidegate.fanout.dedupe;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Remembers the message ids of every user, which are of one source each (CloudEvents), for at least
 * the horizon and at most twice as long. Ids lie in buckets as wide as the horizon, so that a
 * message costs one write and old ones leave by the bucket, each as its {@link IdHash}.
 *
 * <p>For one store from its opening on: what it knows of where ids lie, to spare itself looking
 * where none are, is not in the store.
 */
public final class Dedupe {
  private static final byte[] NOTHING = {};

  private final long horizonMillis;
  private final IdHash hash = new IdHash();

  /** No id lies in a later bucket; -1 while that is not known. */
  private long newest = -1;

  /** No id that is past the horizon lies before it. */
  private byte[] purgedTo = Keys.dedupeFrom(0);

  /**
   * @param horizon a second to 366 days
   */
  public Dedupe(Duration horizon) {
    if (horizon.compareTo(Duration.ofSeconds(1)) < 0
        || horizon.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException("dedupeHorizon: want PT1S to P366D, got " + horizon);
    }
    this.horizonMillis = horizon.toMillis();
  }

  /**
   * Whether the owner, a user or whoever the bytes name, has had the id. Looks one bucket ahead
   * too, for a clock that was set back.
   */
  public boolean knows(
      SortedBytes store, byte[] owner, String source, String messageId, long nowMillis) {
    return knows(store, hash.of(owner, source, messageId), nowMillis);
  }

  /** As {@link #knows}, and remembers the id if it is not known. */
  public boolean isRepeated(
      SortedBytes store, byte[] owner, String source, String messageId, long nowMillis) {
    byte[] id = hash.of(owner, source, messageId);
    if (knows(store, id, nowMillis)) {
      return true;
    }
    remember(store, id, nowMillis);
    return false;
  }

  private boolean knows(SortedBytes store, byte[] id, long nowMillis) {
    long bucket = bucket(nowMillis);
    long first = newest(store, bucket) > bucket ? bucket + 1 : bucket;
    for (long b = first; b >= Math.max(0, bucket - 1); b--) {
      if (store.get(Keys.dedupe(b, id)) != null) {
        return true;
      }
    }
    return false;
  }

  private void remember(SortedBytes store, byte[] id, long nowMillis) {
    long bucket = bucket(nowMillis);
    newest = Math.max(newest(store, bucket), bucket);
    byte[] key = Keys.dedupe(bucket, id);
    if (Arrays.compareUnsigned(key, purgedTo) < 0) {
      purgedTo = key; // the clock was set back by more than the horizon
    }
    store.put(key, NOTHING);
  }

  /** Deletes at most {@code limit} ids that are past the horizon; says how many. */
  public int purge(SortedBytes store, long nowMillis, int limit) {
    long kept = bucket(nowMillis) - 1;
    if (kept <= 0) {
      return 0;
    }
    List<byte[]> old = new ArrayList<>();
    try (SortedBytes.Range range = store.range(purgedTo, Keys.dedupeFrom(kept))) {
      while (old.size() < limit && range.next()) {
        old.add(range.key());
      }
    }
    old.forEach(store::delete);
    purgedTo = old.size() == limit ? old.getLast() : Keys.dedupeFrom(kept);
    return old.size();
  }

  private long newest(SortedBytes store, long bucket) {
    if (newest < 0) {
      byte[] from = Keys.dedupeFrom(bucket + 1);
      try (SortedBytes.Range range = store.range(from, Keys.dedupeFrom(Long.MAX_VALUE))) {
        newest = range.next() ? Long.MAX_VALUE : bucket; // how far ahead is not worth a search
      }
    }
    return newest;
  }

  private long bucket(long nowMillis) {
    return Math.floorDiv(nowMillis, horizonMillis);
  }
}
