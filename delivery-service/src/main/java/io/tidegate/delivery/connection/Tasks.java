package io.tidegate.delivery.connection;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Work for an event loop that may have ended. */
final class Tasks {
  private Tasks() {}

  /** Whether the loop takes it; a loop that has ended has no connections to do it for. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static boolean execute(EventExecutor loop, Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
