package io.tidegate.delivery.connection;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * One event loop's look at its sessions after tokens were revoked, in pieces, so that what clients
 * send and are sent goes on between them. Changes while it is waited for cost no further look;
 * changes during one cost one more.
 *
 * <p>A session that comes during a look is judged at its hello, by all that was known when the look
 * began.
 */
final class Recheck {
  static final int PIECE = 256;

  /** After a task of its own the loop would go on with the next piece before it reads a socket. */
  private static final long PAUSE_MILLIS = 1;

  private final EventLoop thread;
  private final List<Registered> connections;
  private final LongSupplier clock;
  private final AtomicBoolean asked = new AtomicBoolean();

  // Of the loop's thread alone.

  /** How many of the first connections are still to be looked at; 0: none. */
  private int left;

  private boolean again;

  /**
   * @param connections of the loop, whose last takes the place of one that goes
   * @param clock nanoseconds
   */
  Recheck(EventLoop thread, List<Registered> connections, LongSupplier clock) {
    this.thread = thread;
    this.connections = connections;
    this.clock = clock;
  }

  /** Does not wait; on any thread. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      var _ = Tasks.execute(thread, this::begin);
    }
  }

  private void begin() {
    // Before the look, so that what changes from here on is not taken for seen.
    asked.set(false);
    if (left > 0) {
      again = true;
    } else {
      left = connections.size();
      piece();
    }
  }

  /** Backwards: what takes the place of one that went has been looked at, or goes before it. */
  private void piece() {
    long now = clock.getAsLong();
    left = Math.min(left, connections.size());
    for (int done = 0; done < PIECE && left > 0; done++) {
      left--;
      connections.get(left).recheck(now);
      left = Math.min(left, connections.size());
    }
    if (left == 0 && again) {
      again = false;
      left = connections.size();
    }
    if (left > 0) {
      var _ = thread.schedule(this::piece, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
