package io.tidegate.fanout.topology;

import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Forgets old message ids a few at a time: seldom while there are none, often while there are. */
final class DedupePurge implements AutoCloseable {
  static final int MAX_IDS = 1_000;
  private static final Duration WHEN_NONE = Duration.ofMinutes(1);
  private static final Duration WHEN_MORE = Duration.ofMillis(100);

  private final ProcessorContext<?, ?> context;
  private final UserHandler handler;
  private final SortedBytes store;
  private final FanoutMetrics metrics;
  private final Alarm alarm;

  DedupePurge(
      ProcessorContext<?, ?> context,
      UserHandler handler,
      SortedBytes store,
      FanoutMetrics metrics) {
    this.context = context;
    this.handler = handler;
    this.store = store;
    this.metrics = metrics;
    this.alarm = new Alarm(context);
  }

  void arm() {
    alarm.in(WHEN_NONE, this::fire);
  }

  private void fire() {
    int purged = handler.purge(store, context.currentSystemTimeMs(), MAX_IDS);
    metrics.purged(purged);
    alarm.in(purged < MAX_IDS ? WHEN_NONE : WHEN_MORE, this::fire);
  }

  @Override
  public void close() {
    alarm.close();
  }
}
