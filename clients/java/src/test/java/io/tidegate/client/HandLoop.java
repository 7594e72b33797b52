package io.tidegate.client;

import io.tidegate.client.loop.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * A loop whose time is moved by hand, and whose chance is said; everything is on the test's thread.
 */
final class HandLoop implements Loop {
  /**
   * @param id makes each another
   */
  private record Due(long at, long id, Runnable task) {}

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Due> timers = new ArrayList<>();
  private long now;
  private long ids;
  private boolean closed;
  double random = 0.5;

  @Override
  public void execute(Runnable task) {
    if (!closed) {
      tasks.add(task);
    }
  }

  @Override
  public Timer after(long millis, Runnable task) {
    Due due = new Due(now + millis, ids++, task);
    timers.add(due);
    return () -> timers.removeIf(due::equals);
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public double random() {
    return random;
  }

  @Override
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether something is still to come. */
  boolean hasTimers() {
    return !timers.isEmpty();
  }

  /** Does everything that waits for nothing but its turn. */
  void settle() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Lets time pass, with every timer at its time. */
  void pass(long millis) {
    long end = now + millis;
    settle();
    for (Optional<Due> next = next(end); next.isPresent(); next = next(end)) {
      Due due = next.get();
      timers.removeIf(due::equals);
      now = Math.max(now, due.at());
      due.task().run();
      settle();
    }
    now = end;
  }

  private Optional<Due> next(long end) {
    return timers.stream().filter(t -> t.at() <= end).min(Comparator.comparingLong(Due::at));
  }
}
