package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.util.function.Consumer;

/** What the shell asks of the core; for one thread. */
public interface UserHandler {
  void handle(SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects);

  /** Forgets at most {@code limit} message ids that are past the horizon; says how many. */
  int purge(SortedBytes store, long nowMillis, int limit);

  /** The version of the policies that hold now. */
  long policyVersion();

  /**
   * Messages for many, for those of one store.
   *
   * @param partition of {@code partitions} of {@code tidegate.messages}
   */
  Expansions expansions(SortedBytes store, int partition, int partitions);

  /** The core itself, for tenants without policies. */
  static UserHandler sequencer(SequencerSettings settings) {
    return of(new Sequencer(settings));
  }

  static UserHandler of(Sequencer sequencer) {
    return new UserHandler() {
      @Override
      public void handle(
          SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
        sequencer.handle(store, user, event, at, effects);
      }

      @Override
      public int purge(SortedBytes store, long nowMillis, int limit) {
        return sequencer.purgeDedupe(store, nowMillis, limit);
      }

      @Override
      public long policyVersion() {
        return sequencer.policyVersion();
      }

      @Override
      public Expansions expansions(SortedBytes store, int partition, int partitions) {
        return new Expansions(sequencer, store, partition, partitions);
      }
    };
  }
}
