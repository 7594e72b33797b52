package io.tidegate.delivery.connection;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;

/**
 * What becomes of a command that a session has taken or not: frames are written, all is counted.
 */
final class Obedience {
  private Obedience() {}

  /**
   * Writes the command's frame.
   *
   * @param helloAt when the hello came that an Attach answers
   */
  static void send(
      InboxCommand command, Outlet outlet, DeliveryMetrics metrics, long helloAt, long now) {
    switch (command) {
      case InboxCommand.Push push -> {
        metrics.pushed(push.messages(), push.frame().length());
        outlet.write(push.frame());
      }
      case InboxCommand.Live live -> {
        // Now or never: nothing of it waits.
        boolean clear = outlet.isClear();
        metrics.live(clear ? DeliveryMetrics.Live.SENT : DeliveryMetrics.Live.SLOW, 1);
        if (clear) {
          outlet.write(live.frame());
        }
      }
      case InboxCommand.Attach attach -> {
        metrics.attached(now - helloAt);
        outlet.write(Frame.of(attach.frame()));
      }
      case InboxCommand.Reset reset -> outlet.write(Frame.of(reset.frame()));
      case InboxCommand.Kick kick -> throw new IllegalStateException("a kick has no frame");
    }
  }

  static void ignore(InboxCommand command, DeliveryMetrics metrics) {
    if (command instanceof InboxCommand.Live) {
      metrics.live(DeliveryMetrics.Live.NO_SESSION, 1);
    } else {
      metrics.ignored();
    }
  }
}
