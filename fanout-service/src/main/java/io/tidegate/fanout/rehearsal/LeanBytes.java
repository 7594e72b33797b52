package io.tidegate.fanout.rehearsal;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.RadixBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tree in memory that keeps the zeros at the end of a value, which is what rehearsed payloads
 * are, as their number; that knows about how many bytes it holds; and that forgets message ids at
 * once, because a rehearsal has told duplicates apart already, once for both of its runs.
 */
final class LeanBytes implements SortedBytes {
  /** Of an entry of the tree and its two arrays, about. */
  static final int OVERHEAD_BYTES = 72;

  private static final byte DEDUPE_KIND = Keys.firstDedupe()[0];

  private final RadixBytes tree = new RadixBytes();
  private long bytes;

  /** About how much memory it takes. */
  long bytes() {
    return bytes;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    byte[] packed = tree.get(key);
    return packed == null ? null : unpack(packed);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    if (key[0] == DEDUPE_KIND) {
      return;
    }
    uncount(key);
    byte[] packed = pack(value);
    tree.put(key, packed);
    bytes += size(key, packed);
  }

  @Override
  public void insert(byte[] key, byte[] value) {
    if (key[0] == DEDUPE_KIND) {
      return;
    }
    byte[] packed = pack(value);
    tree.insert(key, packed);
    bytes += size(key, packed);
  }

  @Override
  public void delete(byte[] key) {
    uncount(key);
    tree.delete(key);
  }

  private void uncount(byte[] key) {
    byte[] packed = tree.get(key);
    if (packed != null) {
      bytes -= size(key, packed);
    }
  }

  private static long size(byte[] key, byte[] packed) {
    return (long) OVERHEAD_BYTES + key.length + packed.length;
  }

  /** What comes before the zeros, then how many they are. */
  private static byte[] pack(byte[] value) {
    int end = value.length;
    while (end > 0 && value[end - 1] == 0) {
      end--;
    }
    return ByteBuffer.allocate(end + Integer.BYTES)
        .put(value, 0, end)
        .putInt(value.length - end)
        .array();
  }

  private static byte[] unpack(byte[] packed) {
    int end = packed.length - Integer.BYTES;
    int length = end + ByteBuffer.wrap(packed).getInt(end);
    return Arrays.copyOf(Arrays.copyOf(packed, end), length);
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    Range range = tree.range(from, to);
    return new Range() {
      @Override
      public boolean next() {
        return range.next();
      }

      @Override
      public byte[] key() {
        return range.key();
      }

      @Override
      public byte[] value() {
        return unpack(range.value());
      }

      @Override
      public void close() {
        range.close();
      }
    };
  }
}
