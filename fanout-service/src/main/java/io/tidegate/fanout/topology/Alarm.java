package io.tidegate.fanout.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * A timer of a task that goes off once each time it is set; setting it again moves it. It must be
 * closed with the task: Streams keeps a task's timers when it revives the task after a fault.
 */
final class Alarm implements AutoCloseable {
  private final ProcessorContext<?, ?> context;
  private @Nullable Cancellable pending;
  private boolean closed;

  Alarm(ProcessorContext<?, ?> context) {
    this.context = context;
  }

  /** Says whether it is set, which it is not once it is closed. */
  boolean in(Duration delay, Runnable action) {
    cancel();
    if (!closed) {
      pending = context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, _ -> goOff(action));
    }
    return !closed;
  }

  private void goOff(Runnable action) {
    cancel(); // Streams would repeat it.
    action.run();
  }

  private void cancel() {
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
  }

  @Override
  public void close() {
    cancel();
    closed = true;
  }
}
