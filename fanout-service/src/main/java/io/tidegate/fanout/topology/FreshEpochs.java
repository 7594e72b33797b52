package io.tidegate.fanout.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives every event the epoch of a user that begins with it: the store's random id mixed with where
 * the event stands. The same event gives the same epoch when it is handled again; a store that was
 * lost and begun anew gives others.
 */
final class FreshEpochs {
  /** Kinds of keys from 0xF0 up are the shell's. */
  private static final byte[] KEY =
      ByteBuffer.allocate(9).put((byte) 0xFF).put("store-id".getBytes(US_ASCII)).array();

  private final SortedBytes store;
  private final LongSupplier random;
  private @Nullable Long storeId;

  /**
   * @param random makes the id of a store that has none
   */
  FreshEpochs(SortedBytes store, LongSupplier random) {
    this.store = store;
    this.random = random;
  }

  /**
   * @param source tells apart what counts positions by itself
   */
  long at(int source, int partition, long position) {
    long id = storeId();
    id = mix(id ^ ((long) source << 32 | partition));
    return mix(id ^ position);
  }

  private long storeId() {
    if (storeId == null) {
      byte[] kept = store.get(KEY);
      if (kept == null) {
        kept = ByteBuffer.allocate(8).putLong(random.getAsLong()).array();
        store.put(KEY, kept);
      }
      storeId = ByteBuffer.wrap(kept).getLong();
    }
    return storeId;
  }

  /** SplitMix64's finaliser (Steele, Lea, Flood 2014): one to one, and one bit changes half. */
  private static long mix(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
