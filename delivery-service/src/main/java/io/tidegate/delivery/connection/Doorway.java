package io.tidegate.delivery.connection;

import io.netty.channel.EventLoop;
import io.tidegate.contract.Urgency;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.session.Arrivals;
import io.tidegate.delivery.session.Arrivals.Rank;
import io.tidegate.delivery.session.Arrivals.Turn;
import io.tidegate.delivery.session.Session;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One event loop's sessions that wait for their turn to be told to the sequencers, which each of
 * them costs records and work. Runs on the loop's thread, but for {@link #waiting}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class Doorway {
  private static final long ROUND_MILLIS = 10;

  /** So many seconds' worth may wait: less than clients and the sequencer are waited for. */
  private static final int MOST_SECONDS = 5;

  private record Waiting(Guest guest, Session session, ClientFrame.Hello hello) {}

  private final EventLoop thread;
  private final LongSupplier clock;
  private final Arrivals<Waiting> arrivals;
  private boolean scheduled;
  private volatile int waiting;

  /**
   * @param perSecond sessions that may begin
   */
  Doorway(EventLoop thread, int perSecond, LongSupplier clock) {
    this.thread = thread;
    this.clock = clock;
    this.arrivals =
        new Arrivals<>(
            perSecond,
            MOST_SECONDS * perSecond,
            waiting -> waiting.session().isWaiting(),
            clock.getAsLong());
  }

  /** LATER: {@link Guest#begin} is called when it is its turn. */
  Turn come(Guest guest, ClientFrame.Hello hello, long now) {
    Turn turn = arrivals.come(new Waiting(guest, guest.session(), hello), rank(guest, hello), now);
    waiting = arrivals.size();
    if (turn == Turn.LATER && !scheduled) {
      scheduled = true;
      thread.schedule(this::round, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }
    return turn;
  }

  /** One that waits does not any more. */
  void left() {
    arrivals.gone();
    waiting = arrivals.size();
  }

  private static Rank rank(Guest guest, ClientFrame.Hello hello) {
    if (hello.urgency() == Urgency.HIGH) {
      return Rank.URGENT;
    }
    return hello.resume() != null || guest.comesAgain() ? Rank.RESUMING : Rank.OTHER;
  }

  private void round() {
    scheduled = false;
    long now = clock.getAsLong();
    for (Waiting next = arrivals.next(now); next != null; next = arrivals.next(now)) {
      next.guest().begin(next.hello(), now);
    }
    waiting = arrivals.size();
    if (waiting > 0) {
      scheduled = true;
      thread.schedule(this::round, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many wait. On any thread. */
  int waiting() {
    return waiting;
  }

  /** How many may wait. */
  int most() {
    return arrivals.most();
  }
}
