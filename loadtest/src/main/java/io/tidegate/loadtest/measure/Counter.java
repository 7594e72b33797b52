package io.tidegate.loadtest.measure;

import java.util.concurrent.atomic.LongAdder;

/** A count that any thread adds to, and of which one takes what has come since it last did. */
public final class Counter {
  private final LongAdder sum = new LongAdder();
  private long taken;

  public void add(long count) {
    sum.add(count);
  }

  public long total() {
    return sum.sum();
  }

  /** Those since the last call. */
  public long take() {
    long now = sum.sum();
    long since = now - taken;
    taken = now;
    return since;
  }
}
