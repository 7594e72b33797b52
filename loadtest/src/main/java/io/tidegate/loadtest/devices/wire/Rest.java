package io.tidegate.loadtest.devices.wire;

import java.util.Arrays;

/** Bytes that came of something that is not whole yet. It holds no memory while it is empty. */
public final class Rest {
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int length;

  public boolean isEmpty() {
    return length == 0;
  }

  public int length() {
    return length;
  }

  /** From 0 to {@link #length}; another array after the next {@link #add}. */
  public byte[] bytes() {
    return bytes;
  }

  public void add(byte[] more, int from, int to) {
    int count = to - from;
    if (count == 0) {
      return;
    }
    if (length + count > bytes.length) {
      int least = length + count;
      bytes = Arrays.copyOf(bytes, length == 0 ? least : Math.max(least, 2 * bytes.length));
    }
    System.arraycopy(more, from, bytes, length, count);
    length += count;
  }

  /** Those before are done with. */
  public void dropBefore(int at) {
    length -= at;
    if (length == 0) {
      bytes = NONE;
    } else if (at > 0) {
      bytes = Arrays.copyOfRange(bytes, at, at + length);
    }
  }
}
