package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the writes of one event over a base, so that they reach it all or not at all. Reads see
 * the writes. For one thread.
 */
public final class BufferedBytes implements SortedBytes {
  /** Stands for a deletion; told from a value by identity. */
  private static final byte[] DELETED = new byte[0];

  private final SortedBytes base;
  private final NavigableMap<byte[], byte[]> writes = new TreeMap<>(Arrays::compareUnsigned);

  public BufferedBytes(SortedBytes base) {
    this.base = base;
  }

  /** Applies the writes to the base, in the order of their keys, and forgets them. */
  public void commit() {
    for (Map.Entry<byte[], byte[]> write : writes.entrySet()) {
      if (isDeletion(write.getValue())) {
        base.delete(write.getKey());
      } else {
        base.put(write.getKey(), write.getValue());
      }
    }
    writes.clear();
  }

  /** Forgets the writes. */
  public void discard() {
    writes.clear();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    byte[] written = writes.get(key);
    if (written == null) {
      return base.get(key);
    }
    return isDeletion(written) ? null : written;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    writes.put(key, value);
  }

  @Override
  public void delete(byte[] key) {
    writes.put(key, DELETED);
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return base.range(from, to);
    }
    NavigableMap<byte[], byte[]> within = writes.subMap(from, true, to, false);
    Range below = base.range(from, to);
    return within.isEmpty() ? below : new MergedRange(below, new TreeMap<>(within));
  }

  @SuppressWarnings("ReferenceEquality") // the marker is one object
  private static boolean isDeletion(byte[] value) {
    return value == DELETED;
  }

  /** The base's entries with the writes laid over them. */
  private static final class MergedRange implements Range {
    private final Range below;
    private final NavigableMap<byte[], byte[]> above;
    private boolean belowHas;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    MergedRange(Range below, NavigableMap<byte[], byte[]> above) {
      this.below = below;
      this.above = above;
      this.belowHas = below.next();
    }

    @Override
    public boolean next() {
      while (belowHas || !above.isEmpty()) {
        if (above.isEmpty() || (belowHas && compareHeads() < 0)) {
          key = below.key();
          value = below.value();
          belowHas = below.next();
          return true;
        }
        if (belowHas && compareHeads() == 0) {
          belowHas = below.next();
        }
        Map.Entry<byte[], byte[]> write = above.pollFirstEntry();
        if (!isDeletion(write.getValue())) {
          key = write.getKey();
          value = write.getValue();
          return true;
        }
      }
      key = null;
      value = null;
      return false;
    }

    private int compareHeads() {
      return Arrays.compareUnsigned(below.key(), above.firstKey());
    }

    @Override
    public byte[] key() {
      return present(key);
    }

    @Override
    public byte[] value() {
      return present(value);
    }

    private static byte[] present(byte @Nullable [] bytes) {
      if (bytes == null) {
        throw new IllegalStateException("no entry here");
      }
      return bytes;
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
