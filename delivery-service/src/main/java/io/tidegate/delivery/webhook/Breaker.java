package io.tidegate.delivery.webhook;

import java.util.function.DoubleSupplier;

/**
 * Keeps requests from a host that does not work. After some failures in a row nothing is sent to it
 * for a while; then one request tries, and either all may go or the while begins anew and is
 * longer. Times are nanoseconds of any clock that runs forward.
 */
final class Breaker {
  /** Where it stands. */
  enum State {
    CLOSED,
    OPEN,
    /** One request is trying. */
    TRYING
  }

  private final int most;
  private final Backoff pause;
  private final DoubleSupplier chance;

  private State state = State.CLOSED;
  private int failures;
  private int openings;
  private long until;

  /**
   * @param most failures in a row, 1 or more; with that one it opens
   * @param pause after how many openings in a row
   */
  Breaker(int most, Backoff pause, DoubleSupplier chance) {
    this.most = most;
    this.pause = pause;
    this.chance = chance;
  }

  State state() {
    return state;
  }

  /** Whether a request may go; then it is {@link #begun}. */
  boolean permits(long nowNanos) {
    return switch (state) {
      case CLOSED -> true;
      case OPEN -> nowNanos - until >= 0;
      case TRYING -> false;
    };
  }

  void begun() {
    if (state == State.OPEN) {
      state = State.TRYING;
    }
  }

  /** When to ask again; only while it does not permit, and nobody tries. */
  long until() {
    return until;
  }

  /** A request was answered as by a host that works. */
  void succeeded() {
    state = State.CLOSED;
    failures = 0;
    openings = 0;
  }

  /**
   * @return whether it opened by this
   */
  boolean failed(long nowNanos) {
    if (state == State.OPEN) {
      return false; // begun before
    }
    failures++;
    if (state == State.CLOSED && failures < most) {
      return false;
    }
    openings++;
    state = State.OPEN;
    until = nowNanos + pause.nanos(openings, chance);
    return true;
  }

  /** A request was given up and says nothing of the host; if it was the one that tried, another. */
  void gaveUp(long nowNanos) {
    if (state == State.TRYING) {
      state = State.OPEN;
      until = nowNanos;
    }
  }
}
