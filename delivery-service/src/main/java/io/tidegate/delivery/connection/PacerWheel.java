package io.tidegate.delivery.connection;

import io.netty.channel.EventLoop;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.pace.Wheel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the pacers of one event loop have together: one timer, which stands still while nothing is
 * held, and how much is. Runs on the loop's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class PacerWheel {
  private static final long TICK_MILLIS = 10;
  private static final int SLOTS = 128;

  /** Nothing is held for as long. */
  private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final EventLoop thread;
  private final LongSupplier clock;
  private final LongSupplier wallMillis;
  private final Wheel<Pacer> wheel;
  private final PushFrames frames = new PushFrames();
  private boolean turns;

  /** Messages that are held; this loop alone writes it. */
  private final AtomicInteger held = new AtomicInteger();

  PacerWheel(EventLoop thread, LongSupplier clock, LongSupplier wallMillis) {
    this.thread = thread;
    this.clock = clock;
    this.wallMillis = wallMillis;
    this.wheel = new Wheel<>(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), SLOTS, clock.getAsLong());
  }

  PushFrames frames() {
    return frames;
  }

  void wakeAt(Pacer pacer, long dueNanos) {
    wheel.add(pacer, dueNanos);
    turnLater();
  }

  private void turnLater() {
    if (!turns) {
      turns = true;
      thread.schedule(this::turn, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void turn() {
    turns = false;
    long now = clock.getAsLong();
    wheel.advance(now, pacer -> pacer.wake(now));
    if (!wheel.isEmpty()) {
      turnLater();
    }
  }

  /** So many messages more are held, or less. */
  void count(int more) {
    if (more != 0) {
      held.lazySet(held.get() + more);
    }
  }

  /** Messages that are held; on any thread. */
  int held() {
    return held.get();
  }

  /** From now to that time of the wall clock, or an hour; less than 0: it is over. */
  long nanosUntil(long epochMillis) {
    long millis = Math.clamp(epochMillis - wallMillis.getAsLong(), -HOUR_MILLIS, HOUR_MILLIS);
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
