package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sorted bytes in a tree in memory; for one thread. */
public final class TreeBytes implements SortedBytes {
  private final NavigableMap<byte[], byte[]> tree;
  private int gets;

  public TreeBytes() {
    this(new TreeMap<>(Arrays::compareUnsigned));
  }

  private TreeBytes(NavigableMap<byte[], byte[]> tree) {
    this.tree = tree;
  }

  public TreeBytes copy() {
    return new TreeBytes(new TreeMap<>(tree));
  }

  /** How many keys were got so far. */
  public int gets() {
    return gets;
  }

  public int size() {
    return tree.size();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    gets++;
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
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return new TreeRange(Collections.emptyIterator());
    }
    return new TreeRange(tree.subMap(from, true, to, false).entrySet().iterator());
  }

  private static final class TreeRange implements Range {
    private final Iterator<Map.Entry<byte[], byte[]>> entries;
    private Map.@Nullable Entry<byte[], byte[]> current;

    TreeRange(Iterator<Map.Entry<byte[], byte[]>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean next() {
      current = entries.hasNext() ? entries.next() : null;
      return current != null;
    }

    @Override
    public byte[] key() {
      return current().getKey();
    }

    @Override
    public byte[] value() {
      return current().getValue();
    }

    private Map.Entry<byte[], byte[]> current() {
      if (current == null) {
        throw new IllegalStateException("no entry here");
      }
      return current;
    }

    @Override
    public void close() {}
  }
}
