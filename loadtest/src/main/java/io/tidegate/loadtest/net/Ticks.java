package io.tidegate.loadtest.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The ticks of an event loop, at a steady rate, and how late each came: those that a pause held up
 * all come after it, so that it counts for as long as it was.
 */
public final class Ticks {
  public static final long NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Task task;
  private long dueNanos;

  /** What is done at each. */
  @FunctionalInterface
  public interface Task {
    /**
     * @param nanos of {@link System#nanoTime}
     * @param lateNanos after the tick was due, 0 or more
     */
    void tick(long nanos, long lateNanos);
  }

  private Ticks(Task task, long dueNanos) {
    this.task = task;
    this.dueNanos = dueNanos;
  }

  /**
   * Begins them.
   *
   * @param task must not throw
   * @return to be cancelled
   */
  public static ScheduledFuture<?> start(EventLoop loop, Task task) {
    Ticks ticks = new Ticks(task, System.nanoTime() + NANOS);
    return loop.scheduleAtFixedRate(ticks::tick, NANOS, NANOS, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    long late = Math.max(0, now - dueNanos);
    dueNanos += NANOS;
    task.tick(now, late);
  }
}
