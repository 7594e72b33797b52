package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the writes of one event over a base, so that they reach it all or not at all. Reads see
 * the writes. What is inserted and deleted by the same event never reaches the base. For one
 * thread.
 */
public final class BufferedBytes implements SortedBytes {
  private final SortedBytes base;
  private final NavigableMap<byte[], Write> writes = new TreeMap<>(Arrays::compareUnsigned);

  /**
   * @param value null for a deletion
   * @param inserted the base does not have the key
   */
  private record Write(byte @Nullable [] value, boolean inserted) {
    static final Write DELETION = new Write(null, false);
  }

  public BufferedBytes(SortedBytes base) {
    this.base = base;
  }

  /** Applies the writes to the base, in the order of their keys, and forgets them. */
  public void commit() {
    for (Map.Entry<byte[], Write> entry : writes.entrySet()) {
      Write write = entry.getValue();
      if (write.value() == null) {
        base.delete(entry.getKey());
      } else if (write.inserted()) {
        base.insert(entry.getKey(), write.value());
      } else {
        base.put(entry.getKey(), write.value());
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
    Write write = writes.get(key);
    return write == null ? base.get(key) : write.value();
  }

  @Override
  public void put(byte[] key, byte[] value) {
    Write before = writes.get(key);
    writes.put(key, new Write(value, before != null && before.inserted()));
  }

  @Override
  public void insert(byte[] key, byte[] value) {
    // The base may still have it, if this event has deleted it before.
    writes.merge(key, new Write(value, true), (before, now) -> new Write(value, before.inserted()));
  }

  @Override
  public void delete(byte[] key) {
    Write before = writes.put(key, Write.DELETION);
    if (before != null && before.inserted()) {
      writes.remove(key);
    }
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return base.range(from, to);
    }
    NavigableMap<byte[], Write> within = writes.subMap(from, true, to, false);
    Range below = base.range(from, to);
    return within.isEmpty() ? below : new MergedRange(below, new TreeMap<>(within));
  }

  /** The base's entries with the writes laid over them. */
  private static final class MergedRange implements Range {
    private final Range below;
    private final NavigableMap<byte[], Write> above;
    private boolean belowHas;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    MergedRange(Range below, NavigableMap<byte[], Write> above) {
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
        Map.Entry<byte[], Write> write = above.pollFirstEntry();
        value = write.getValue().value();
        if (value != null) {
          key = write.getKey();
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
