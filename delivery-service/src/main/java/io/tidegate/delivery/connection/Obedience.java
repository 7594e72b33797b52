package io.tidegate.delivery.connection;

import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;

/**
 * What becomes of a command that a session has taken or not: frames are written, all is counted.
 */
final class Obedience {
  private Obedience() {}

  /**
   * Tells the client what the command has for it.
   *
   * @param sinceHello nanoseconds since the hello that an Attach answers
   */
  static void send(
      InboxCommand command, ConnectionHandler client, DeliveryMetrics metrics, long sinceHello) {
    switch (command) {
      case InboxCommand.Push push -> {
        metrics.pushed(client.transport(), push.messages(), push.frame().length());
        client.tell(push);
      }
      case InboxCommand.Live live -> {
        // Now or never: nothing of it waits.
        boolean clear = client.outlet().isClear();
        metrics.live(clear ? DeliveryMetrics.Live.SENT : DeliveryMetrics.Live.SLOW, 1);
        if (clear) {
          client.tell(live);
        }
      }
      case InboxCommand.Attach attach -> {
        metrics.attached(sinceHello);
        client.tell(attach);
      }
      case InboxCommand.Reset reset -> client.tell(reset);
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
