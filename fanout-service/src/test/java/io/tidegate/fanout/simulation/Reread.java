package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an event for a sequencer that has only the store to go by. One that has kept
 * anything of the events before must not come to anything else.
 */
record Reread(List<String> effects, @Nullable UserRecord after) {

  static Reread of(
      SequencerSettings settings,
      PolicyBook policies,
      SortedBytes store,
      UserKey user,
      UserEvent event,
      At at) {
    BufferedBytes buffer = new BufferedBytes(store);
    List<Effect> effects = new ArrayList<>();
    new Sequencer(settings, policies).handle(buffer, user, event, at, effects::add);
    return new Reread(told(effects), StoreReader.user(buffer, user));
  }

  void check(List<Effect> really, @Nullable UserRecord state) {
    Reread kept = new Reread(told(really), state);
    if (!kept.equals(this)) {
      throw new AssertionError("with what was kept: " + kept + "\nfrom the store: " + this);
    }
  }

  /** Without payloads, whose arrays are equal to none. */
  private static List<String> told(List<Effect> effects) {
    return effects.stream()
        .map(
            effect ->
                switch (effect) {
                  case Effect.Deliver(var session, long prev, var messages) ->
                      session + " " + prev + messages.stream().map(Reread::told).toList();
                  case Effect.DeliverLive(var session, var message) ->
                      session + " live " + message.id();
                  default -> effect.toString();
                })
        .toList();
  }

  private static String told(Effect.Sequenced sequenced) {
    return sequenced.seq() + ":" + sequenced.message().id();
  }
}
