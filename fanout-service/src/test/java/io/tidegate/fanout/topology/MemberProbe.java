package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
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
final class MemberProbe implements UserHandler {
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

  private final UserHandler core = UserHandler.of(new Sequencer(SequencerSettings.defaults()));

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
    core.handle(store, user, event, at, effects);
  }

  @Override
  public void arrived(long nowMillis, long sinceMillis) {
    messages++;
  }

  @Override
  public int purge(SortedBytes store, long nowMillis, int limit) {
    return core.purge(store, nowMillis, limit);
  }

  @Override
  public long policyVersion() {
    return core.policyVersion();
  }

  @Override
  public Expansions expansions(SortedBytes store, int partition, int partitions) {
    return core.expansions(store, partition, partitions);
  }
}
