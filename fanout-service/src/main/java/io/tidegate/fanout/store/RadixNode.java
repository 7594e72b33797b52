package io.tidegate.fanout.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a {@link RadixTree}. */
abstract sealed class RadixNode<V> permits RadixLeaf, RadixFork {
  static final int BEHIND = -1;

  /**
   * Adds the leaves below from {@code from}, inclusive, to {@code to}, exclusive, rising, until
   * there are {@code limit}.
   *
   * @param at how many bytes of the keys below are known to be those of {@code from}; {@link
   *     #BEHIND}: that they are greater
   * @param to null: to the end
   * @return false if none may follow
   */
  abstract boolean collect(
      byte[] from, int at, byte @Nullable [] to, int limit, List<RadixLeaf<V>> found);
}
