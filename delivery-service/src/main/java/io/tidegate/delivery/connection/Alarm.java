package io.tidegate.delivery.connection;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thing that a loop is to do later: another takes its place. Runs on the loop's thread. */
final class Alarm {
  private final EventExecutor loop;
  private @Nullable Future<?> timer;

  Alarm(EventExecutor loop) {
    this.loop = loop;
  }

  /**
   * @param nanos from now; what is past is at once, though not within this call
   */
  void set(long nanos, Runnable what) {
    cancel();
    timer = loop.schedule(what, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
