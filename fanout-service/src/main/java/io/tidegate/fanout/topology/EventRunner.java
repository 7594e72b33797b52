package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles one event wholly or not at all. */
final class EventRunner {
  private static final Logger LOGGER = LoggerFactory.getLogger(EventRunner.class);

  private static final Effect KEPT = new Effect.Reached(true);

  private final UserHandler handler;
  private final BufferedBytes buffer;
  private final Outbound outbound;
  private final FanoutMetrics metrics;
  private final List<Effect> effects = new ArrayList<>();

  EventRunner(UserHandler handler, SortedBytes store, Outbound outbound, FanoutMetrics metrics) {
    this.handler = handler;
    this.buffer = new BufferedBytes(store);
    this.outbound = outbound;
    this.metrics = metrics;
  }

  /** As {@link #run(UserKey, UserEvent, At, Crowd, Supplier)} for an event of one user. */
  boolean run(UserKey user, UserEvent event, At at, Supplier<String> source) {
    return run(user, event, at, null, source);
  }

  /**
   * A message is about to be handled.
   *
   * @param sinceMillis when it was there to be handled
   */
  void arrived(long nowMillis, long sinceMillis) {
    handler.arrived(nowMillis, sinceMillis);
  }

  /** Whether the last event left a message for many in the user's mailbox. */
  boolean hasKept() {
    return effects.contains(KEPT);
  }

  /**
   * @param crowd takes what goes to many sessions alike; null: each goes by itself
   * @param source where the event came from, for the log
   * @return false if a fault of ours stopped it; then nothing has changed and nothing is sent
   * @throws KafkaException if the store or Kafka failed, which is no fault of the event
   */
  boolean run(
      UserKey user, UserEvent event, At at, @Nullable Crowd crowd, Supplier<String> source) {
    effects.clear();
    try {
      handler.handle(buffer, user, event, at, effects::add);
      outbound.prepare(user, effects, crowd);
    } catch (KafkaException e) {
      forget(user);
      throw e;
    } catch (RuntimeException e) {
      forget(user);
      LOGGER
          .atError()
          .addKeyValue("user", user)
          .addKeyValue("event", event.getClass().getSimpleName())
          .addKeyValue("source", source.get())
          .setCause(e)
          .log("an event could not be handled");
      return false;
    }
    buffer.commit();
    outbound.send(effects, at.nowMillis());
    metrics.handled(event);
    return true;
  }

  private void forget(UserKey user) {
    effects.clear();
    handler.discard(user);
    buffer.discard();
    outbound.discard();
  }
}
