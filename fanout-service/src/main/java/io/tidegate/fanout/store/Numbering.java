package io.tidegate.fanout.store;

import java.nio.ByteBuffer;

/** Numbers of a store that are given once each, rising from 1. */
public final class Numbering {
  private Numbering() {}

  public static long next(SortedBytes store, Keys.Numbers numbers) {
    long next = last(store, numbers) + 1;
    store.put(Keys.last(numbers), ByteBuffer.allocate(Long.BYTES).putLong(next).array());
    return next;
  }

  /** The last one that was given; 0 before the first. */
  public static long last(SortedBytes store, Keys.Numbers numbers) {
    byte[] last = store.get(Keys.last(numbers));
    return last == null ? 0 : ByteBuffer.wrap(last).getLong();
  }
}
