package io.tidegate.delivery.connection;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How hard one event loop has it: how late it comes to its timer, and how many of its connections
 * take no more. The loop measures, any thread may ask.
 */
final class Strain {
  private final long periodNanos;
  private final int[] attachedOf;
  private final int[] cloggedOf;
  private final AtomicLong worstNanos = new AtomicLong();

  private volatile boolean running;

  /** When the next tick would be on time. */
  private volatile long dueNanos;

  private volatile int attached;
  private volatile int clogged;

  /**
   * @param periodNanos between ticks
   * @param slices of the connections, each looked at in a tick of its own
   */
  Strain(long periodNanos, int slices) {
    this.periodNanos = periodNanos;
    this.attachedOf = new int[slices];
    this.cloggedOf = new int[slices];
  }

  /** The loop came to its timer. Those that it missed follow at once, each due a period later. */
  void tick(long nowNanos) {
    // Too early is only who came late before: on time is when it comes now.
    long late = running ? Math.max(0, nowNanos - dueNanos) : 0;
    worstNanos.accumulateAndGet(late, Math::max);
    dueNanos = nowNanos - late + periodNanos;
    running = true;
  }

  /** What was seen of one slice of the connections. */
  void looked(int slice, int nowAttached, int nowClogged) {
    attachedOf[slice] = nowAttached;
    cloggedOf[slice] = nowClogged;
    attached = Arrays.stream(attachedOf).sum();
    clogged = Arrays.stream(cloggedOf).sum();
  }

  int attached() {
    return attached;
  }

  int clogged() {
    return clogged;
  }

  /** How late a tick is that is still to come. */
  long overdueNanos(long nowNanos) {
    return running ? Math.max(0, nowNanos - dueNanos) : 0;
  }

  /**
   * The worst lateness since this was asked last, that of a tick that is still to come included.
   */
  long takeDelayMillis(long nowNanos) {
    long overdue = overdueNanos(nowNanos);
    return TimeUnit.NANOSECONDS.toMillis(Math.max(overdue, worstNanos.getAndSet(0)));
  }
}
