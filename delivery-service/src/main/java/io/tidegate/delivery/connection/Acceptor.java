package io.tidegate.delivery.connection;

import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks ten times a second whether the event loops keep up, on the thread that accepts. While one
 * is behind, nothing is accepted: those who come wait in the kernel's queue, where they cost
 * nothing, and those who are there go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class Acceptor {
  private static final long LOOK_MILLIS = 100;

  /** Behind from the first on, and until less than the second. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long IN_TIME_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Channel listening;
  private final List<Loop> loops;
  private final Admission admission;
  private final Fullness fullness;
  private final LongSupplier clock;
  private volatile boolean paused;

  Acceptor(
      Channel listening,
      List<Loop> loops,
      Admission admission,
      Fullness fullness,
      LongSupplier clock) {
    this.listening = listening;
    this.loops = loops;
    this.admission = admission;
    this.fullness = fullness;
    this.clock = clock;
  }

  void start() {
    listening
        .eventLoop()
        .scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    long now = clock.getAsLong();
    long overdue = 0;
    int waiting = 0;
    int most = 0;
    for (Loop loop : loops) {
      overdue = Math.max(overdue, loop.strain().overdueNanos(now));
      waiting += loop.doorway().waiting();
      most += loop.doorway().most();
    }
    boolean late = overdue >= (paused ? IN_TIME_NANOS : LATE_NANOS);
    if (late != paused) {
      paused = late;
      listening.config().setAutoRead(!late);
    }
    fullness.look(admission.sessions(), admission.maxSessions(), waiting, most, late);
  }

  /** Whether nothing is accepted. On any thread. */
  boolean isPaused() {
    return paused;
  }
}
