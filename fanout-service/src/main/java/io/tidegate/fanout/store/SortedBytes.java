package io.tidegate.fanout.store;

import org.jspecify.annotations.Nullable;

/**
 * A map from bytes to bytes, sorted as unsigned bytes. In production a Kafka Streams store, in
 * tests and simulation a tree. Arrays handed in or out are not changed afterwards by either side.
 */
public interface SortedBytes {
  byte @Nullable [] get(byte[] key);

  void put(byte[] key, byte[] value);

  /** Puts a key that is not there, which the caller knows. */
  default void insert(byte[] key, byte[] value) {
    put(key, value);
  }

  void delete(byte[] key);

  /**
   * The entries from {@code from}, inclusive, to {@code to}, exclusive, rising; none where {@code
   * to} does not come after {@code from}. The map may be changed only after the range is closed.
   */
  Range range(byte[] from, byte[] to);

  /** A walk over entries; stands before the first until {@link #next} is called. */
  interface Range extends AutoCloseable {
    /** Moves on; false when there is no further entry. */
    boolean next();

    byte[] key();

    byte[] value();

    @Override
    void close();
  }
}
