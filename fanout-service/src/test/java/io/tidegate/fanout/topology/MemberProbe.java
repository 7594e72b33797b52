package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The core, with an eye on the users that messages for many come to, and a hand in it. */
final class MemberProbe extends ForwardingHandler {
  /** A message for many came to a user. */
  record Arrival(UserKey user, String id) {}

  final List<Arrival> arrivals = new ArrayList<>();

  /** Is told before the core handles it, and may throw. */
  Consumer<Arrival> before = _ -> {};

  /** How many messages the handler was told of, and how many times users were woken. */
  int messages;

  int wakings;

  /** Whether members are only counted, which takes next to no time. */
  boolean onlyCounting;

  MemberProbe() {
    super(UserHandler.of(new Sequencer(SequencerSettings.defaults())));
  }

  @Override
  public void handle(
      SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
    if (event instanceof UserEvent.GroupArrived arrived) {
      Arrival arrival = new Arrival(user, arrived.message().id());
      arrivals.add(arrival);
      before.accept(arrival);
      if (onlyCounting) {
        return;
      }
    }
    wakings += event instanceof UserEvent.Due ? 1 : 0;
    super.handle(store, user, event, at, effects);
  }

  @Override
  public void arrived(long nowMillis, long sinceMillis) {
    messages++;
    super.arrived(nowMillis, sinceMillis);
  }
}
