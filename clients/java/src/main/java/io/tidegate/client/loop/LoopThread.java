package io.tidegate.client.loop;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A thread of its own, which ends with the process. */
public final class LoopThread implements Loop {
  private final ScheduledThreadPoolExecutor executor;
  private volatile Consumer<Throwable> faults = error -> {};

  /**
   * @param name of the thread
   */
  public LoopThread(String name) {
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Whom to tell what a task threw, which is a fault of ours. */
  public void onFault(Consumer<Throwable> listener) {
    faults = listener;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  @Override
  public Timer after(long millis, Runnable task) {
    ScheduledFuture<?> timer = executor.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        faults.accept(e);
      }
    };
  }

  @Override
  public long now() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
