package io.tidegate.fanout.dedupe;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the message ids of every user, which are of one source each (CloudEvents), for the
 * horizon: each as its {@link IdHash} with the instant of its coming, so that a message costs one
 * read and one write.
 *
 * <p>Old ids lie anywhere among the others. They are looked for round and round; as ids are hashes,
 * of those looked at as many are old as of all, and who purges may go on while that is worth it.
 *
 * <p>For one store from its opening on: where the round stands is not in the store.
 */
public final class Dedupe {
  private final long horizonMillis;
  private final IdHash hash = new IdHash();

  /** The ids before it were looked at last. */
  private byte[] round = Keys.firstDedupe();

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
   * Whether the owner, a user or whoever the bytes name, has had the id. One that came at an
   * instant that is still to come, for a clock that was set back, is known too.
   */
  public boolean knows(
      SortedBytes store, byte[] owner, String source, String messageId, long nowMillis) {
    byte[] came = store.get(Keys.dedupe(hash.of(owner, source, messageId)));
    return came != null && !isOld(came, nowMillis);
  }

  /** As {@link #knows}, and remembers the id if it is not known. */
  public boolean isRepeated(
      SortedBytes store, byte[] owner, String source, String messageId, long nowMillis) {
    byte[] key = Keys.dedupe(hash.of(owner, source, messageId));
    byte[] came = store.get(key);
    byte[] now = ByteBuffer.allocate(Long.BYTES).putLong(nowMillis).array();
    if (came == null) {
      store.insert(key, now);
      return false;
    }
    if (isOld(came, nowMillis)) {
      store.put(key, now);
      return false;
    }
    return true;
  }

  /** Looks at {@code limit} ids, or all if there are fewer, and deletes the old; says how many. */
  public int purge(SortedBytes store, long nowMillis, int limit) {
    byte[] start = round;
    List<byte[]> old = new ArrayList<>();
    int looked = look(store, start, Keys.afterDedupe(), nowMillis, limit, old);
    if (looked < limit) {
      look(store, Keys.firstDedupe(), start, nowMillis, limit - looked, old);
    }
    old.forEach(store::delete);
    return old.size();
  }

  private int look(
      SortedBytes store, byte[] from, byte[] to, long nowMillis, int limit, List<byte[]> old) {
    int looked = 0;
    round = to;
    try (SortedBytes.Range range = store.range(from, to)) {
      while (range.next()) {
        if (looked == limit) {
          round = range.key();
          break;
        }
        looked++;
        if (isOld(range.value(), nowMillis)) {
          old.add(range.key());
        }
      }
    }
    return looked;
  }

  /** What an older version wrote is, for it says no instant. */
  private boolean isOld(byte[] came, long nowMillis) {
    return came.length != Long.BYTES || nowMillis - ByteBuffer.wrap(came).getLong() > horizonMillis;
  }
}
