package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the shell asks of the core; for one thread. */
public interface UserHandler {
  void handle(SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects);

  /** What the last event of the user changed in the store was not committed. */
  void discard(UserKey user);

  /**
   * A message is about to be handled. Not told of wake-ups: most of those that are late would be so
   * because the system is busy, and it would never be idle again.
   *
   * @param sinceMillis when it was there to be handled
   */
  default void arrived(long nowMillis, long sinceMillis) {}

  /** Forgets at most {@code limit} message ids that are past the horizon; says how many. */
  int purge(SortedBytes store, long nowMillis, int limit);

  /** Connected users to whom {@link UserEvent.SlotsTaken} would do anything. */
  default Sequencer.Waiting toLookAt(
      SortedBytes store, byte[] from, int limit, Map<Integer, Long> incarnations) {
    return new Sequencer.Waiting(List.of(), null);
  }

  /** Which incarnation each slot is in, as far as it is known. */
  default Map<Integer, Long> incarnations() {
    return Map.of();
  }

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

  /** The core where nothing is busy. */
  static UserHandler of(Sequencer sequencer) {
    return of(sequencer, new Pressures(false), new SlotIncarnations());
  }

  static UserHandler of(Sequencer sequencer, Pressures pressures, SlotIncarnations slots) {
    return new UserHandler() {
      @Override
      public void handle(
          SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
        At under = at.under(pressures.at(at.nowMillis()));
        sequencer.handle(store, user, event, under, effects);
      }

      @Override
      public void discard(UserKey user) {
        sequencer.discard(user);
      }

      @Override
      public void arrived(long nowMillis, long sinceMillis) {
        pressures.handled(this, nowMillis, sinceMillis);
      }

      @Override
      public int purge(SortedBytes store, long nowMillis, int limit) {
        return sequencer.purgeDedupe(store, nowMillis, limit);
      }

      @Override
      public Sequencer.Waiting toLookAt(
          SortedBytes store, byte[] from, int limit, Map<Integer, Long> incarnations) {
        return sequencer.toLookAt(store, from, limit, incarnations);
      }

      @Override
      public Map<Integer, Long> incarnations() {
        return slots.now();
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
