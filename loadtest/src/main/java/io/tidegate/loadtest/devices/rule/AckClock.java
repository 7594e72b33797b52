package io.tidegate.loadtest.devices.rule;

import io.tidegate.contract.ClientProtocol;
import java.util.concurrent.TimeUnit;

/**
 * When the messages of a session are to be acked, and for which that is. Nanoseconds of any clock
 * that only goes on.
 */
public final class AckClock {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(ClientProtocol.ACK_MILLIS);

  /** Never closer together than this: workers bound the frames of a second. */
  private static final long APART = TimeUnit.MILLISECONDS.toNanos(10);

  private final int every;
  private int waiting;
  private int fresh;
  private long since;
  private long oldestFresh;
  private boolean sent;
  private long last;

  /**
   * @param window messages that may be under way: a small one is acked sooner, or it would stand
   *     still
   */
  public AckClock(int window) {
    every = Math.min(ClientProtocol.ACK_EVERY, (window + 1) / 2);
  }

  /**
   * Something came that is to be acked.
   *
   * @param count how much
   * @param countFresh how many of it were new messages
   */
  public void took(int count, int countFresh, long now) {
    if (count == 0) {
      return;
    }
    if (waiting == 0) {
      since = now;
    }
    if (fresh == 0) {
      oldestFresh = now;
    }
    waiting += count;
    fresh += countFresh;
  }

  /** Whether anything waits. */
  public boolean isWaiting() {
    return waiting > 0;
  }

  /** When it is to be acked; in the past: now. Only where something waits. */
  public long due() {
    long due = waiting >= every ? since : since + SOON;
    return sent ? Math.max(due, last + APART) : due;
  }

  /** New messages that wait. */
  public int fresh() {
    return fresh;
  }

  /** When the first of them came. */
  public long oldestFresh() {
    return oldestFresh;
  }

  /** All that waits was acked. */
  public void acked(long now) {
    waiting = 0;
    fresh = 0;
    sent = true;
    last = now;
  }

  /** The session is over; what waits comes again or is told by the next hello. */
  public void over() {
    waiting = 0;
    fresh = 0;
    sent = false;
  }
}
