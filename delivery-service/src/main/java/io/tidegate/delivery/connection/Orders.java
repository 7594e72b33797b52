package io.tidegate.delivery.connection;

import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.webhook.Backlog;
import io.tidegate.delivery.webhook.Courier.Item;
import java.util.ArrayList;
import java.util.List;

/** What the sequencer has for one endpoint: it waits until it is posted, or goes now or never. */
final class Orders {
  private final Hook hook;
  private final HookLoop host;
  private final Backlog<PushFrames.Part> backlog;
  private final Requests requests;

  Orders(Hook hook, HookLoop host, Backlog<PushFrames.Part> backlog, Requests requests) {
    this.hook = hook;
    this.host = host;
    this.backlog = backlog;
    this.requests = requests;
  }

  /** Does what the sequencer wants of that session; a fault ends it. */
  void obey(InboxCommand command, Session there, long now) {
    try {
      Action action = there.onCommand(command, now);
      if (action == Plain.IGNORE) {
        Obedience.ignore(command, metrics());
      } else if (action != Plain.SEND) {
        hook.perform(action);
      } else {
        take(command, there, now);
      }
    } catch (RuntimeException e) {
      hook.fault(e, now);
    }
  }

  private DeliveryMetrics metrics() {
    return host.loop().metrics();
  }

  private void take(InboxCommand command, Session there, long now) {
    switch (command) {
      case InboxCommand.Attach _ -> hook.attached(now);
      case InboxCommand.Push push -> push(push, now);
      case InboxCommand.Live live -> live(live, there, now);
      // The sender is told what was lost, by its outcome; an endpoint has no cursor that is void.
      case InboxCommand.Reset _ -> {}
      case InboxCommand.Kick _ -> throw new IllegalStateException("a kick is not sent");
    }
  }

  private void push(InboxCommand.Push push, long now) {
    List<PushFrames.Part> parts = PushFrames.parts(push.frame());
    metrics().pushed(Transport.WEBHOOK, push.messages(), push.frame().length());
    List<Item<PushFrames.Part>> items = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      PushFrames.Part part = parts.get(i);
      items.add(new Item<>(part.seq(), push.label(i).expiryMillis(), part));
    }
    boolean first = backlog.bytes() == 0;
    host.holds(backlog.add(items));
    requests.proceed();
    host.pay(first ? hook : null, now);
  }

  /** Now or never: nothing of it waits. */
  private void live(InboxCommand.Live live, Session there, long now) {
    boolean clear = requests.passes();
    metrics().live(clear ? DeliveryMetrics.Live.SENT : DeliveryMetrics.Live.SLOW, 1);
    if (clear) {
      requests.postOnce(there, () -> host.loop().cloudEvents().body(live.frame()), now);
    }
  }
}
