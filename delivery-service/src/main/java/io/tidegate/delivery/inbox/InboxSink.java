package io.tidegate.delivery.inbox;

import java.util.List;

/** Takes commands to the event loops that hold their sessions. */
public interface InboxSink {
  int loops();

  /**
   * Hands a batch to a loop, in order after those before.
   *
   * @param timeoutNanos how long to wait while the loop has too many batches before it
   * @return false: it still has; nothing was handed over
   */
  boolean offer(int loop, List<Addressed> batch, long timeoutNanos) throws InterruptedException;
}
