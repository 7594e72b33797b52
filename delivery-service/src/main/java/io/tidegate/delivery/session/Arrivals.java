package io.tidegate.delivery.session;

import io.tidegate.contract.rate.Gcra;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
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
  private final Predicate<T> isThere;
  private final Map<Rank, Queue<T>> waiting = new EnumMap<>(Rank.class);

  /** Of those in the queues, how many are still there. */
  private int size;

  /** Of {@link Gcra}, since {@link #origin}. */
  private long instant;

  private final long origin;

  /**
   * @param perSecond how many may go on, 1 to 1,000,000
   * @param most how many may wait
   * @param isThere whether who waits still does; {@link #gone} is told of who does not any more
   * @param nowNanos of any clock that does not jump
   */
  public Arrivals(int perSecond, int most, Predicate<T> isThere, long nowNanos) {
    this.isThere = isThere;
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
    if (queued() >= 2 * most) {
      waiting.values().forEach(queue -> queue.removeIf(isThere.negate()));
    }
    queue(rank).add(who);
    size++;
    return Turn.LATER;
  }

  /** Whose turn it is; null: nobody's. */
  public @Nullable T next(long nowNanos) {
    return size > 0 && take(nowNanos) ? poll() : null;
  }

  /** One that waits does not any more, and leaves its place. */
  public void gone() {
    size--;
  }

  private @Nullable T poll() {
    for (Rank rank : Rank.values()) {
      Queue<T> queue = queue(rank);
      for (T who = queue.poll(); who != null; who = queue.poll()) {
        if (isThere.test(who)) {
          size--;
          return who;
        }
      }
    }
    return null;
  }

  /** How many are in the queues, those that have gone included. */
  int queued() {
    return waiting.values().stream().mapToInt(Queue::size).sum();
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
