package io.tidegate.fanout.topology;

import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Forgets old message ids: looks at a few at a time, soon again while a quarter or more of them are
 * old, which then are as many of all, and seldom while fewer are.
 */
final class DedupePurge implements AutoCloseable {
  static final int MAX_IDS = 2_000;

  /** Of those looked at. */
  private static final int WORTH_IT = MAX_IDS / 4;

  private static final Duration WHEN_FEW = Duration.ofMinutes(1);
  private static final Duration WHEN_MANY = Duration.ofMillis(50);

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
    alarm.in(WHEN_FEW, this::fire);
  }

  private void fire() {
    int purged = handler.purge(store, context.currentSystemTimeMs(), MAX_IDS);
    metrics.purged(purged);
    alarm.in(purged < WORTH_IT ? WHEN_FEW : WHEN_MANY, this::fire);
  }

  @Override
  public void close() {
    alarm.close();
  }
}
