package io.tidegate.fanout.topology;

import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;

/**
 * How many users of a task are connected: counted once when the task gets its store, in one pass
 * over an index without values, and by changes from then on.
 */
final class OnlineUsers implements AutoCloseable {
  private final FanoutMetrics metrics;
  private int users;

  OnlineUsers(SortedBytes store, FanoutMetrics metrics) {
    this.metrics = metrics;
    int there = 0;
    try (SortedBytes.Range range =
        store.range(Keys.firstOnline(), Keys.after(Keys.firstOnline()))) {
      while (range.next()) {
        there++;
      }
    }
    more(there);
  }

  /** One has come, or has left. */
  void changed(boolean online) {
    more(online ? 1 : -1);
  }

  private void more(int by) {
    users += by;
    metrics.connected(by);
  }

  /** The task is gone, and its users are another's. */
  @Override
  public void close() {
    more(-users);
  }
}
