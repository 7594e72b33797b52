package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key and its value. */
final class RadixLeaf<V> extends RadixNode<V> {
  final byte[] key;
  V value;

  RadixLeaf(byte[] key, V value) {
    this.key = key;
    this.value = value;
  }

  @Override
  boolean collect(byte[] from, int at, byte @Nullable [] to, int limit, List<RadixLeaf<V>> found) {
    if (at != BEHIND && Arrays.compareUnsigned(key, from) < 0) {
      return true;
    }
    if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
      return false;
    }
    found.add(this);
    return found.size() < limit;
  }
}
