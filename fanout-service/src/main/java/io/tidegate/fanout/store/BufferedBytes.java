package io.tidegate.fanout.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects writes over a base, so that they reach it together, or not at all. Reads see the writes.
 * What is inserted and deleted again meanwhile never reaches the base. For one thread.
 */
public final class BufferedBytes implements SortedBytes {
  private static final byte[] FIRST = {};

  private final SortedBytes base;

  /** A new one after each commit: a range that is open still has what it was opened over. */
  private RadixTree<Write> writes = new RadixTree<>();

  /** The last word on a key. */
  private static final class Write {
    /** Null for a deletion. */
    byte @Nullable [] value;

    /** The base does not have the key. */
    final boolean inserted;

    Write(byte @Nullable [] value, boolean inserted) {
      this.value = value;
      this.inserted = inserted;
    }
  }

  public BufferedBytes(SortedBytes base) {
    this.base = base;
  }

  /** How many keys have writes. */
  public int size() {
    return writes.size();
  }

  /** Applies the writes to the base, in the order of their keys, and forgets them. */
  public void commit() {
    if (writes.size() == 0) {
      return;
    }
    RadixTree<Write>.Walk walk = writes.walk(FIRST, null);
    while (walk.next()) {
      Write write = walk.value();
      byte[] value = write.value;
      if (value == null) {
        base.delete(walk.key());
      } else if (write.inserted) {
        base.insert(walk.key(), value);
      } else {
        base.put(walk.key(), value);
      }
    }
    writes = new RadixTree<>();
  }

  /** Forgets the writes. */
  public void discard() {
    writes = new RadixTree<>();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    Write write = writes.get(key);
    return write == null ? base.get(key) : write.value;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    write(key, value, false);
  }

  /** The base may still have it, if it has been deleted here before. */
  @Override
  public void insert(byte[] key, byte[] value) {
    write(key, value, true);
  }

  private void write(byte[] key, byte @Nullable [] value, boolean inserted) {
    Write before = writes.putIfAbsent(key, new Write(value, inserted));
    if (before != null) {
      before.value = value;
    }
  }

  @Override
  public void delete(byte[] key) {
    Write before = writes.putIfAbsent(key, new Write(null, false));
    if (before != null && before.inserted) {
      writes.remove(key);
    } else if (before != null) {
      before.value = null;
    }
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    Range below = base.range(from, to);
    return writes.size() == 0 ? below : new MergedRange(below, writes.walk(from, to));
  }

  /** The base's entries with the writes laid over them. */
  private static final class MergedRange implements Range {
    private final Range below;
    private final RadixTree<Write>.Walk above;
    private boolean belowHas;
    private boolean aboveHas;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    MergedRange(Range below, RadixTree<Write>.Walk above) {
      this.below = below;
      this.above = above;
      this.belowHas = below.next();
      this.aboveHas = above.next();
    }

    @Override
    public boolean next() {
      while (belowHas || aboveHas) {
        int order = !aboveHas ? -1 : !belowHas ? 1 : compareHeads();
        if (order < 0) {
          key = below.key();
          value = below.value();
          belowHas = below.next();
          return true;
        }
        if (order == 0) {
          belowHas = below.next();
        }
        key = above.key();
        value = above.value().value;
        aboveHas = above.next();
        if (value != null) {
          return true;
        }
      }
      key = null;
      value = null;
      return false;
    }

    private int compareHeads() {
      return Arrays.compareUnsigned(below.key(), above.key());
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
