package io.tidegate.fanout.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** A timer of a task that goes off once each time it is set; setting it again moves it. */
final class Alarm {
  private final ProcessorContext<?, ?> context;
  private final Runnable action;
  private @Nullable Cancellable pending;

  Alarm(ProcessorContext<?, ?> context, Runnable action) {
    this.context = context;
    this.action = action;
  }

  void in(Duration delay) {
    if (pending != null) {
      pending.cancel();
    }
    pending = context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, _ -> goOff());
  }

  /** Streams would repeat it. */
  private void goOff() {
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
    action.run();
  }
}
