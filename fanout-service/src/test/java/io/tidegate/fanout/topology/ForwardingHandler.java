package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.util.Map;
import java.util.function.Consumer;

/** Hands everything on to another handler, for tests that look at some of it. */
abstract class ForwardingHandler implements UserHandler {
  private final UserHandler to;

  ForwardingHandler(UserHandler to) {
    this.to = to;
  }

  @Override
  public void handle(
      SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
    to.handle(store, user, event, at, effects);
  }

  @Override
  public void discard(UserKey user) {
    to.discard(user);
  }

  @Override
  public void arrived(long nowMillis, long sinceMillis) {
    to.arrived(nowMillis, sinceMillis);
  }

  @Override
  public int purge(SortedBytes store, long nowMillis, int limit) {
    return to.purge(store, nowMillis, limit);
  }

  @Override
  public Sequencer.Waiting toLookAt(
      SortedBytes store, byte[] from, int limit, Map<Integer, Long> incarnations) {
    return to.toLookAt(store, from, limit, incarnations);
  }

  @Override
  public Map<Integer, Long> incarnations() {
    return to.incarnations();
  }

  @Override
  public long policyVersion() {
    return to.policyVersion();
  }

  @Override
  public Expansions expansions(SortedBytes store, int partition, int partitions) {
    return to.expansions(store, partition, partitions);
  }
}
