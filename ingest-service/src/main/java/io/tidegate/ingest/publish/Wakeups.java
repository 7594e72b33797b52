package io.tidegate.ingest.publish;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes threads that wait for something when their time is up. It is for waits that nearly always
 * end in time: a timed wait of a virtual thread switches to the JDK's one timer thread when it
 * begins and once more when it ends early (JDK 25), which was a fifth of what a request cost. Here
 * one thread looks, every period, whose time is up; so who is late is woken up to a period later.
 *
 * <p>It looks as long as anyone waits and for some periods after, and then sleeps.
 */
final class Wakeups {
  /** For the whole process. */
  static final Wakeups COMMON = new Wakeups(Duration.ofMillis(20), 50);

  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final long periodNanos;
  private final int idlePeriods;
  private volatile boolean asleep;
  private volatile @Nullable Thread looker;

  /** One thread's; two are never equal. */
  private static final class Wait {
    final Thread thread;
    final long deadlineNanos;

    Wait(Thread thread, long deadlineNanos) {
      this.thread = thread;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /**
   * @param period how late a wake-up may be
   * @param idlePeriods for how many of them it goes on when nobody waits
   */
  Wakeups(Duration period, int idlePeriods) {
    this.periodNanos = period.toNanos();
    this.idlePeriods = idlePeriods;
  }

  /**
   * As {@link LockSupport#parkNanos(Object, long)}: ends when the thread is unparked or
   * interrupted, when the time is up, or for no reason at all.
   *
   * @param deadlineNanos of {@link System#nanoTime}
   */
  void parkUntil(Object blocker, long deadlineNanos) {
    Wait wait = new Wait(Thread.currentThread(), deadlineNanos);
    waits.add(wait);
    try {
      rouse();
      LockSupport.park(blocker);
    } finally {
      waits.remove(wait);
    }
  }

  /** For tests: whether nobody looks until somebody waits. */
  boolean isAsleep() {
    return asleep;
  }

  private void rouse() {
    if (looker == null) {
      start();
    } else if (asleep) {
      LockSupport.unpark(looker);
    }
  }

  private synchronized void start() {
    if (looker == null) {
      looker = Thread.ofPlatform().daemon().name("tidegate-ingest-wakeups").start(this::look);
    }
  }

  private void look() {
    int idle = 0;
    while (true) {
      idle = waits.isEmpty() ? idle + 1 : 0;
      if (idle > idlePeriods) {
        asleep = true;
        // Looked at after it was said: who came meanwhile is seen here, who comes later sees it.
        if (waits.isEmpty()) {
          LockSupport.park(this);
        }
        asleep = false;
      } else {
        LockSupport.parkNanos(this, periodNanos);
      }
      long now = System.nanoTime();
      for (Wait wait : waits) {
        if (now - wait.deadlineNanos >= 0) {
          LockSupport.unpark(wait.thread);
        }
      }
    }
  }
}
