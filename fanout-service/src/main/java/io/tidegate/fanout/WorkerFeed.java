package io.tidegate.fanout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.fanout.topology.Pressures;
import io.tidegate.fanout.topology.SlotIncarnations;
import org.jspecify.annotations.Nullable;

/**
 * Hears from {@code tidegate.workers} which incarnations slots are in, and how the workers have it.
 * For the second what lay there before it came counts for nothing: it says how they had it then.
 */
final class WorkerFeed implements AutoCloseable {
  private final Pressures pressures;
  private final SlotIncarnations slots;
  private volatile @Nullable TopicTable table;

  private WorkerFeed(Pressures pressures, SlotIncarnations slots, MeterRegistry registry) {
    this.pressures = pressures;
    this.slots = slots;
    Gauge.builder(
            "tidegate.fanout.pressure",
            pressures,
            each -> each.measured(System.currentTimeMillis()).most())
        .description(
            "How busy the system is, from 0 to 1: lag of this instance, or a worker's load")
        .register(registry);
    FunctionCounter.builder("tidegate.fanout.workers.refused", this, WorkerFeed::refused)
        .description("Records of workers that could not be read, which changed nothing")
        .register(registry);
  }

  private long refused() {
    TopicTable following = table;
    return following == null ? 0 : following.skipped();
  }

  static WorkerFeed open(
      FanoutConfig config, Pressures pressures, SlotIncarnations slots, MeterRegistry registry) {
    WorkerFeed feed = new WorkerFeed(pressures, slots, registry);
    feed.table =
        TopicTable.open(
            config.kafka(),
            config.topics().workers(),
            config.applicationId() + "-workers",
            feed::changed);
    return feed;
  }

  private void changed(byte[] key, byte @Nullable [] value, long offset) {
    slots.heard(key, value, offset);
    TopicTable following = table;
    if (following != null && following.caughtUp()) {
      pressures.worker(key, value, System.currentTimeMillis());
    }
  }

  @Override
  public void close() {
    TopicTable following = table;
    if (following != null) {
      following.close();
    }
  }
}
