package io.tidegate.delivery.outgoing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names that are looked up, on threads of their own, since the JDK can only wait for that. Each
 * name is looked up once for all of a tenant who wait for it, tenants take turns, and none has more
 * than a quarter of the threads, so that names that are never answered cost nobody else. What
 * nobody waits for any more is not looked up. Safe for use by many threads.
 *
 * @param <R> what comes of it
 */
final class Lookups<R> implements AutoCloseable {
  static final int MOST = 64;
  static final int MOST_OF_ONE = MOST / 4;

  private final Function<String, R> lookup;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("tidegate-delivery-lookup-", 0).factory());

  // Guarded by this.
  private final Map<Name, Job> jobs = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();

  /** Of tenants that have some, in the order of their turns. */
  private final Map<String, Deque<Job>> queued = new LinkedHashMap<>();

  private int runningInAll;

  private record Name(String tenant, String host) {}

  /** One name, and who waits for it. */
  private final class Job {
    final Name name;
    final List<Asked> waiting = new ArrayList<>();
    boolean begun;

    Job(Name name) {
      this.name = name;
    }
  }

  /** One who waits for a name. */
  final class Asked {
    private final Job job;
    private final Consumer<R> told;

    private Asked(Job job, Consumer<R> told) {
      this.job = job;
      this.told = told;
    }

    /**
     * Waits no longer.
     *
     * @return whether the lookup had not begun, for want of a thread
     */
    boolean cancel() {
      return forget(this);
    }
  }

  /**
   * @param lookup called on many threads
   */
  Lookups(Function<String, R> lookup) {
    this.lookup = lookup;
  }

  /**
   * @param told on a thread of this
   */
  synchronized Asked find(String tenant, String host, Consumer<R> told) {
    Name name = new Name(tenant, host);
    Job job = jobs.get(name);
    if (job == null) {
      job = new Job(name);
      jobs.put(name, job);
      queued.computeIfAbsent(tenant, _ -> new ArrayDeque<>()).add(job);
    }
    Asked asked = new Asked(job, told);
    job.waiting.add(asked);
    begin();
    return asked;
  }

  private synchronized boolean forget(Asked asked) {
    Job job = asked.job;
    job.waiting.remove(asked);
    if (job.begun) {
      return false;
    }
    if (job.waiting.isEmpty()) {
      jobs.remove(job.name);
      Deque<Job> others = queued.get(job.name.tenant());
      if (others != null) {
        others.remove(job);
        if (others.isEmpty()) {
          queued.remove(job.name.tenant());
        }
      }
    }
    return true;
  }

  private synchronized void begin() {
    while (runningInAll < MOST) {
      Job next = next();
      if (next == null) {
        return;
      }
      next.begun = true;
      runningInAll++;
      running.merge(next.name.tenant(), 1, Integer::sum);
      try {
        threads.execute(() -> run(next));
      } catch (RejectedExecutionException e) {
        return; // It is closed, and nobody is there any more to be told.
      }
    }
  }

  private @Nullable Job next() {
    String tenant = turn();
    Deque<Job> some = tenant == null ? null : queued.remove(tenant);
    if (tenant == null || some == null) {
      return null;
    }
    Job next = some.remove();
    if (!some.isEmpty()) {
      queued.put(tenant, some); // last, from now on
    }
    return next;
  }

  private @Nullable String turn() {
    for (String tenant : queued.keySet()) {
      if (running.getOrDefault(tenant, 0) < MOST_OF_ONE) {
        return tenant;
      }
    }
    return null;
  }

  private void run(Job job) {
    R found = lookup.apply(job.name.host());
    List<Asked> waiting;
    synchronized (this) {
      jobs.remove(job.name);
      runningInAll--;
      running.computeIfPresent(job.name.tenant(), (_, n) -> n == 1 ? null : n - 1);
      waiting = List.copyOf(job.waiting);
      begin();
    }
    waiting.forEach(asked -> asked.told.accept(found));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
