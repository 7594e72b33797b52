package io.tidegate.loadtest.schedule;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/**
 * What is to be handed in next: messages as they fall due, and those that are to be handed in
 * again. Of all that was not handed in yet only a number is kept, so a service that takes nothing
 * costs no memory here. Instants are nanoseconds since the begin of the load. For one thread.
 */
public final class Backlog {
  /** There is none. */
  public static final long NONE = -1;

  /** How many may wait to be handed in again. */
  public static final int MOST_AGAIN = 1_000_000;

  private final Arrivals arrivals;
  private final LongPredicate own;
  private final PriorityQueue<Again> again =
      new PriorityQueue<>(Comparator.comparingLong(Again::atNanos));
  private long next;

  private record Again(long message, long atNanos) {}

  public Backlog(Arrivals arrivals) {
    this(arrivals, _ -> true);
  }

  /**
   * @param own which messages are handed in here
   */
  public Backlog(Arrivals arrivals, LongPredicate own) {
    this.arrivals = arrivals;
    this.own = own;
    this.next = ownFrom(0);
  }

  private long ownFrom(long message) {
    long at = message;
    while (at < arrivals.messages() && !own.test(at)) {
      at++;
    }
    return at;
  }

  /** The next message that may be handed in now, or {@link #NONE}. */
  public long poll(long nowNanos) {
    Again oldest = again.peek();
    if (oldest != null && oldest.atNanos <= nowNanos) {
      again.poll();
      return oldest.message;
    }
    if (next < arrivals.messages() && arrivals.dueNanos(next) <= nowNanos) {
      long due = next;
      next = ownFrom(next + 1);
      return due;
    }
    return NONE;
  }

  /** When there will be one, {@link Long#MAX_VALUE} if there are no more. */
  public long nextNanos() {
    long fresh = next < arrivals.messages() ? arrivals.dueNanos(next) : Long.MAX_VALUE;
    Again oldest = again.peek();
    return oldest == null ? fresh : Math.min(fresh, oldest.atNanos);
  }

  /**
   * Has a message handed in again.
   *
   * @return false if too many wait already
   */
  public boolean again(long message, long atNanos) {
    return again.size() < MOST_AGAIN && again.add(new Again(message, atNanos));
  }

  public long dueNanos(long message) {
    return arrivals.dueNanos(message);
  }

  /** Whether all were handed out, and none waits to be again. */
  public boolean isEmpty() {
    return next == arrivals.messages() && again.isEmpty();
  }
}
