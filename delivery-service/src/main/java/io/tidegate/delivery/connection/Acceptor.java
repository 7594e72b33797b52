package io.tidegate.delivery.connection;

import io.netty.channel.Channel;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks ten times a second whether the event loops keep up, on the thread that accepts. While all
 * of them are behind, nothing is accepted: those who come wait in the kernel's queue, where they
 * cost nothing, and those who are there go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class Acceptor {
  private static final Logger LOGGER = LoggerFactory.getLogger(Acceptor.class);
  private static final long LOOK_MILLIS = 100;

  /** Behind from the first on, and until less than the second. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long IN_TIME_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Channel listening;
  private final List<Loop> loops;
  private final Admission admission;
  private final Fullness fullness;
  private final DeliveryMetrics metrics;
  private final LongSupplier clock;
  private volatile boolean paused;

  Acceptor(
      Channel listening,
      List<Loop> loops,
      Admission admission,
      Fullness fullness,
      DeliveryMetrics metrics,
      LongSupplier clock) {
    this.listening = listening;
    this.loops = loops;
    this.admission = admission;
    this.fullness = fullness;
    this.metrics = metrics;
    this.clock = clock;
  }

  void start() {
    listening
        .eventLoop()
        .scheduleAtFixedRate(this::lookSafely, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A timer that throws would never come again. */
  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      metrics.fault();
      LOGGER.atError().setCause(e).log("could not look at the event loops");
    }
  }

  private void look() {
    long now = clock.getAsLong();
    long least = Long.MAX_VALUE;
    int waiting = 0;
    int most = 0;
    for (Loop loop : loops) {
      least = Math.min(least, loop.strain().overdueNanos(now));
      waiting += loop.doorway().waiting();
      most += loop.doorway().most();
    }
    boolean late = least >= (paused ? IN_TIME_NANOS : LATE_NANOS);
    if (late) {
      if (!paused) {
        metrics.acceptPaused();
      }
      // Each time, because Netty begins anew by itself a second after it had no more files.
      listening.config().setAutoRead(false);
    } else if (paused) {
      listening.config().setAutoRead(true);
    }
    paused = late;
    fullness.look(admission.sessions(), admission.maxSessions(), waiting, most, late);
  }

  /** Whether nothing is accepted. On any thread. */
  boolean isPaused() {
    return paused;
  }
}
