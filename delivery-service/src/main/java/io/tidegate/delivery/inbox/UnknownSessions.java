package io.tidegate.delivery.inbox;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which sessions the sequencers have been told to forget, so that each is told once and
 * not once per record. Told again after a while, since the first report may have been lost.
 *
 * <p>Bounded: beyond {@code capacity} the oldest are forgotten, at the cost of a repeated report.
 */
public final class UnknownSessions {
  private final int capacity;
  private final long againNanos;
  private final Map<Key, Long> toldAt = new LinkedHashMap<>();

  private record Key(long incarnation, long n) {}

  /**
   * @param againNanos how long a report is taken to suffice
   */
  public UnknownSessions(int capacity, long againNanos) {
    this.capacity = capacity;
    this.againNanos = againNanos;
  }

  /** Whether to tell now that this session is not held; then it counts as told. */
  public boolean tell(long incarnation, long n, long nowNanos) {
    Key key = new Key(incarnation, n);
    Long before = toldAt.get(key);
    if (before != null && nowNanos - before < againNanos) {
      return false;
    }
    told(key, nowNanos);
    return true;
  }

  /** The session's end was told in another way: a SessionDown. */
  public void told(long incarnation, long n, long nowNanos) {
    told(new Key(incarnation, n), nowNanos);
  }

  int size() {
    return toldAt.size();
  }

  private void told(Key key, long nowNanos) {
    toldAt.remove(key);
    if (toldAt.size() >= capacity) {
      Iterator<Key> eldest = toldAt.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    toldAt.put(key, nowNanos);
  }
}
