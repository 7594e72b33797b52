package io.tidegate.delivery.session;

import io.tidegate.contract.rate.Gcra;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Paces what begins, so that a storm of clients that come again costs those who are there little:
 * so many a second, with a second's worth at once, may go on, and the rest waits in its turn. Not
 * thread-safe; it belongs to its event loop.
 *
 * @param <T> who comes
 */
public final class Arrivals<T> {
  /** Who goes first of those that wait. */
  public enum Rank {
    /** Wants only what is urgent. */
    URGENT,
    /** Was here a moment ago, and knows how far it had got. */
    RESUMING,
    OTHER
  }

  /** What becomes of who comes. */
  public enum Turn {
    NOW,
    /** It comes out of {@link #next} when it is its turn. */
    LATER,
    /** As many wait as may. */
    NEVER
  }

  private final Gcra rate;
  private final int most;
  private final Map<Rank, Queue<T>> waiting = new EnumMap<>(Rank.class);
  private int size;

  /** Of {@link Gcra}, since {@link #origin}. */
  private long instant;

  private final long origin;

  /**
   * @param perSecond how many may go on, 1 to 1,000,000
   * @param most how many may wait
   * @param nowNanos of any clock that does not jump
   */
  public Arrivals(int perSecond, int most, long nowNanos) {
    this.rate = Gcra.of(perSecond, Duration.ofSeconds(1), perSecond);
    this.most = most;
    this.origin = nowNanos;
    for (Rank rank : Rank.values()) {
      waiting.put(rank, new ArrayDeque<>(0));
    }
  }

  public Turn come(T who, Rank rank, long nowNanos) {
    if (size == 0 && take(nowNanos)) {
      return Turn.NOW;
    }
    if (size >= most) {
      return Turn.NEVER;
    }
    queue(rank).add(who);
    size++;
    return Turn.LATER;
  }

  /** Whose turn it is; null: nobody's. */
  public @Nullable T next(long nowNanos) {
    return size > 0 && take(nowNanos) ? poll() : null;
  }

  /** It was the turn of someone who has gone: the next may have it. */
  public @Nullable T instead() {
    return size > 0 ? poll() : null;
  }

  private @Nullable T poll() {
    for (Rank rank : Rank.values()) {
      T who = queue(rank).poll();
      if (who != null) {
        size--;
        return who;
      }
    }
    return null;
  }

  private boolean take(long nowNanos) {
    long now = nowNanos - origin;
    if (rate.remaining(instant, now) == 0) {
      return false;
    }
    instant = rate.takenNanos(instant, now);
    return true;
  }

  private Queue<T> queue(Rank rank) {
    Queue<T> queue = waiting.get(rank);
    if (queue == null) {
      throw new IllegalStateException("every rank has its queue");
    }
    return queue;
  }

  /** How many wait. */
  public int size() {
    return size;
  }

  /** How many may wait. */
  public int most() {
    return most;
  }
}
