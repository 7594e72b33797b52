package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.List;

/** A key and its value. */
final class RadixLeaf extends RadixNode {
  final byte[] key;
  byte[] value;

  RadixLeaf(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  @Override
  boolean collect(byte[] from, int at, byte[] to, int limit, List<RadixLeaf> found) {
    if (at != BEHIND && Arrays.compareUnsigned(key, from) < 0) {
      return true;
    }
    if (Arrays.compareUnsigned(key, to) >= 0) {
      return false;
    }
    found.add(this);
    return found.size() < limit;
  }
}
