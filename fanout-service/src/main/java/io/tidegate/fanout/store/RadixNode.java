package io.tidegate.fanout.store;

import java.util.List;

/** One step of a {@link RadixBytes}. */
abstract sealed class RadixNode permits RadixLeaf, RadixFork {
  /**
   * Adds the leaves below from {@code from}, inclusive, to {@code to}, exclusive, rising, until
   * there are {@code limit}.
   *
   * @param at how many bytes of the keys below are known to be those of {@code from}; {@link
   *     #BEHIND}: that they are greater
   * @return false if none may follow
   */
  abstract boolean collect(byte[] from, int at, byte[] to, int limit, List<RadixLeaf> found);

  static final int BEHIND = -1;
}
