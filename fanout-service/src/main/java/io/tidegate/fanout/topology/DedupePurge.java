package io.tidegate.fanout.topology;

import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** Forgets old message ids a few at a time: seldom while there are none, often while there are. */
final class DedupePurge {
  static final int MAX_IDS = 1_000;
  private static final Duration WHEN_NONE = Duration.ofMinutes(1);
  private static final Duration WHEN_MORE = Duration.ofMillis(100);

  private final ProcessorContext<?, ?> context;
  private final UserHandler handler;
  private final SortedBytes store;
  private final FanoutMetrics metrics;
  private @Nullable Cancellable pending;

  DedupePurge(
      ProcessorContext<?, ?> context,
      UserHandler handler,
      SortedBytes store,
      FanoutMetrics metrics) {
    this.context = context;
    this.handler = handler;
    this.store = store;
    this.metrics = metrics;
  }

  void arm() {
    again(WHEN_NONE);
  }

  private void fire() {
    int purged = handler.purge(store, context.currentSystemTimeMs(), MAX_IDS);
    metrics.purged(purged);
    again(purged < MAX_IDS ? WHEN_NONE : WHEN_MORE);
  }

  private void again(Duration delay) {
    if (pending != null) {
      pending.cancel();
    }
    pending = context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, _ -> fire());
  }
}
