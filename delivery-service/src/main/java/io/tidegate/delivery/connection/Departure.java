package io.tidegate.delivery.connection;

import static java.lang.Integer.MAX_VALUE;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.DeparturePlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's farewell: goaway to all at once, then closes paced over a time, so that the
 * clients do not all come to the next worker in one moment. Runs on the loop's thread.
 */
final class Departure {
  private static final long ROUND_MILLIS = 50;

  private final Loop loop;
  private final long allRounds;
  private final CompletableFuture<Void> done;
  private int sessions;
  private int closed;
  private long past;
  private @Nullable ScheduledFuture<?> rounds;

  /**
   * @param done completed when the loop has no session any more, and nobody waits for an answer
   */
  Departure(Loop loop, long paceMillis, CompletableFuture<Void> done) {
    this.loop = loop;
    this.allRounds = Math.max(1, paceMillis / ROUND_MILLIS);
    this.done = done;
  }

  /** Says goaway, to come again after a random time between the two. */
  void begin(Duration least, Duration most) {
    Frame goaway = Frame.of(new FrameWriter().goaway(least, most));
    loop.drain();
    List<ConnectionHandler> handlers = loop.handlers();
    for (ConnectionHandler handler : handlers) {
      handler.goAway(goaway, least, most, DeliveryMetrics.Departure.DRAIN);
    }
    loop.farewell();
    sessions = handlers.size();
    if (handlers.isEmpty() && !loop.isAnswering()) {
      done.complete(null);
      return;
    }
    rounds =
        loop.thread()
            .scheduleAtFixedRate(this::round, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void round() {
    List<ConnectionHandler> handlers = loop.handlers();
    if (handlers.isEmpty() && !loop.isAnswering()) {
      if (rounds != null) {
        rounds.cancel(false);
      }
      done.complete(null);
      return;
    }
    past++;
    // Who comes while the others leave is closed with the last of them.
    int most = past < allRounds ? DeparturePlan.closedBy(past, allRounds, sessions) : MAX_VALUE;
    long now = loop.now();
    for (ConnectionHandler handler : handlers) {
      if (closed < most && !handler.session().isClosing()) {
        handler.close(CloseCode.GOING_AWAY, null, now);
        closed++;
      }
    }
  }
}
