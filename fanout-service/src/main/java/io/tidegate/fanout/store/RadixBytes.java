package io.tidegate.fanout.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sorted bytes in memory, in a radix tree; for one thread. */
public final class RadixBytes implements SortedBytes {
  private final RadixTree<byte[]> tree = new RadixTree<>();

  public int size() {
    return tree.size();
  }

  public void clear() {
    tree.clear();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return tree.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    tree.put(key, value);
  }

  /**
   * @throws IllegalStateException if the key is there
   */
  @Override
  public void insert(byte[] key, byte[] value) {
    if (tree.putIfAbsent(key, value) != null) {
      throw new IllegalStateException("inserted a key that is there: " + Arrays.toString(key));
    }
  }

  @Override
  public void delete(byte[] key) {
    tree.remove(key);
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    RadixTree<byte[]>.Walk walk = tree.walk(from, to);
    return new Range() {
      @Override
      public boolean next() {
        return walk.next();
      }

      @Override
      public byte[] key() {
        return walk.key();
      }

      @Override
      public byte[] value() {
        return walk.value();
      }

      @Override
      public void close() {}
    };
  }
}
