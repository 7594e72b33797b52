package io.tidegate.client;

import io.tidegate.client.link.Dialer;
import io.tidegate.client.loop.Loop;
import io.tidegate.client.protocol.Transport;
import io.tidegate.client.rule.Ladder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back to a better transport. While a session stands on a lesser one it looks now and then
 * for one: a WebSocket is seen to get through before the session is given up for it; from polls to
 * a stream it changes to see whether that does. On the loop.
 */
final class Climb {
  private final Loop loop;
  private final Ladder ladder;
  private final Dialer dialer;
  private Loop.@Nullable Timer timer;

  /** Counts sessions, so that what is found for one is not done to the next. */
  private int turn;

  private Runnable leave = () -> {};

  Climb(Loop loop, Ladder ladder, Dialer dialer) {
    this.loop = loop;
    this.ladder = ladder;
    this.dialer = dialer;
  }

  /**
   * A session begins.
   *
   * @param leave gives it up, for the ladder has another one
   */
  void begin(Runnable leave) {
    this.leave = leave;
    turn++;
    later();
  }

  /** The session has ended. */
  void end() {
    turn++;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void later() {
    long delay = ladder.climbIn(loop.now());
    if (delay != Ladder.BEST) {
      timer = loop.after(delay, this::look);
    }
  }

  private void look() {
    ladder.tried(loop.now());
    int looking = turn;
    List<Transport> better = List.copyOf(ladder.better());
    if (better.contains(Transport.WEBSOCKET)) {
      dialer.reaches(yes -> change(looking, better, yes));
    } else {
      change(looking, better, false);
    }
  }

  private void change(int looking, List<Transport> better, boolean reaches) {
    if (looking != turn) {
      return;
    }
    for (Transport each : better) {
      if (each != Transport.WEBSOCKET || reaches) {
        ladder.climb(each);
        leave.run();
        return;
      }
    }
    later();
  }
}
