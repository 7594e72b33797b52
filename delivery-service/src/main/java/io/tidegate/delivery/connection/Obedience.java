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
   * @param helloAt of the hello that an Attach answers
   */
  static void send(
      InboxCommand command,
      ConnectionHandler client,
      DeliveryMetrics metrics,
      long helloAt,
      long now) {
    Pacer pacer = client.pacer();
    switch (command) {
      case InboxCommand.Push push -> {
        if (pacer == null) {
          client.tellPush(push);
        } else {
          pacer.push(push, now);
        }
      }
      case InboxCommand.Live live -> {
        // Now or never: nothing of it waits.
        boolean clear =
            client.outlet().isClear()
                && (pacer == null || pacer.passesLive(live.frame().length(), now));
        metrics.live(clear ? DeliveryMetrics.Live.SENT : DeliveryMetrics.Live.SLOW, 1);
        if (clear) {
          client.tell(live);
        }
      }
      case InboxCommand.Attach attach -> {
        metrics.attached(now - helloAt);
        client.tell(pacer == null ? attach : pacer.welcome(attach));
      }
      case InboxCommand.Reset reset -> {
        if (pacer == null) {
          client.tell(reset);
        } else {
          pacer.reset(reset);
        }
      }
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
