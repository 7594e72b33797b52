package io.tidegate.fanout.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map from bytes, sorted as unsigned bytes, as an adaptive radix tree (Leis, Kemper, Neumann: The
 * Adaptive Radix Tree, ICDE 2013): a key is found byte by byte, in about three steps among millions
 * of hashes, where a balanced tree compares over twenty. What only one key goes on with is one
 * step. For one thread.
 *
 * <p>A walk may be open while it is changed: it shows each key once, rising, those that are there
 * all the time without exception.
 */
final class RadixTree<V> {
  private @Nullable RadixNode<V> root;
  private int size;

  int size() {
    return size;
  }

  @Nullable V get(byte[] key) {
    RadixNode<V> node = root;
    int at = 0;
    while (node instanceof RadixFork<V> fork) {
      at += fork.path.length;
      if (at >= key.length) {
        node = at == key.length ? fork.end : null;
        break;
      }
      node = fork.child(key[at]);
      at++;
    }
    // The paths were passed unread; only the whole key says that it is the one.
    return node instanceof RadixLeaf<V> leaf && Arrays.equals(leaf.key, key) ? leaf.value : null;
  }

  void put(byte[] key, V value) {
    RadixLeaf<V> there = add(key, value);
    if (there != null) {
      there.value = value;
    }
  }

  /** What is there already, which then stays; null: the value is there now. */
  @Nullable V putIfAbsent(byte[] key, V value) {
    RadixLeaf<V> there = add(key, value);
    return there == null ? null : there.value;
  }

  /** The leaf of the key if it is there; else adds one. */
  private @Nullable RadixLeaf<V> add(byte[] key, V value) {
    RadixFork<V> above = null;
    RadixNode<V> node = root;
    int at = 0;
    while (node instanceof RadixFork<V> fork) {
      int same = common(fork.path, 0, key, at);
      if (same < fork.path.length) {
        RadixFork<V> split = fork.splitBefore(same);
        split.place(new RadixLeaf<>(key, value), at + same);
        replace(above, key, at, split);
        size++;
        return null;
      }
      at += same;
      if (at == key.length && fork.end != null) {
        return fork.end;
      }
      RadixNode<V> next = at == key.length ? null : fork.child(key[at]);
      if (next == null) {
        fork.place(new RadixLeaf<>(key, value), at);
        size++;
        return null;
      }
      above = fork;
      node = next;
      at++;
    }
    if (node instanceof RadixLeaf<V> leaf) {
      int same = common(leaf.key, at, key, at);
      if (at + same == key.length && key.length == leaf.key.length) {
        return leaf;
      }
      RadixFork<V> fork = new RadixFork<>(Arrays.copyOfRange(key, at, at + same));
      fork.place(leaf, at + same);
      fork.place(new RadixLeaf<>(key, value), at + same);
      replace(above, key, at, fork);
    } else {
      root = new RadixLeaf<>(key, value);
    }
    size++;
    return null;
  }

  void remove(byte[] key) {
    RadixFork<V> above = null;
    int aboveAt = 0;
    RadixFork<V> holder = null;
    int at = 0;
    RadixNode<V> node = root;
    while (node instanceof RadixFork<V> fork) {
      above = holder;
      aboveAt = at;
      holder = fork;
      at += fork.path.length;
      if (at >= key.length) {
        node = at == key.length ? fork.end : null;
        break;
      }
      node = fork.child(key[at]);
      at++;
    }
    if (!(node instanceof RadixLeaf<V> leaf) || !Arrays.equals(leaf.key, key)) {
      return;
    }
    size--;
    if (holder == null) {
      root = null;
      return;
    }
    if (leaf == holder.end) {
      holder.end = null;
    } else {
      holder.remove(key[at - 1]);
    }
    RadixNode<V> only = holder.only();
    if (only != null) {
      replace(above, key, aboveAt, only);
    }
  }

  /**
   * @param at where the path of the node that is replaced begins; the byte before it leads there
   */
  private void replace(@Nullable RadixFork<V> above, byte[] key, int at, RadixNode<V> by) {
    if (above == null) {
      root = by;
    } else {
      above.set(key[at - 1], by);
    }
  }

  private static int common(byte[] one, int oneFrom, byte[] other, int otherFrom) {
    int most = Math.min(one.length - oneFrom, other.length - otherFrom);
    int first = Arrays.mismatch(one, oneFrom, oneFrom + most, other, otherFrom, otherFrom + most);
    return first < 0 ? most : first;
  }

  void clear() {
    root = null;
    size = 0;
  }

  /**
   * The entries from {@code from}, inclusive, rising.
   *
   * @param to exclusive; null: to the end
   */
  Walk walk(byte[] from, byte @Nullable [] to) {
    return new Walk(from, to);
  }

  /** Stands before the first entry until {@link #next} is called. */
  final class Walk {
    /** Reads ahead a little at a time, more each time. */
    private static final int FIRST = 4;

    private static final int MOST = 256;

    private final byte @Nullable [] to;
    private final List<RadixLeaf<V>> ahead = new ArrayList<>(FIRST);
    private byte[] from;
    private int limit = FIRST;
    private int position = -1;
    private boolean last;

    private Walk(byte[] from, byte @Nullable [] to) {
      this.from = from;
      this.to = to;
      this.last = to != null && Arrays.compareUnsigned(from, to) >= 0;
    }

    /** Moves on; false when there is no further entry. */
    boolean next() {
      if (position + 1 < ahead.size()) {
        position++;
        return true;
      }
      if (last) {
        position = ahead.size();
        return false;
      }
      ahead.clear();
      if (root != null) {
        root.collect(from, 0, to, limit, ahead);
      }
      last = ahead.size() < limit;
      limit = Math.min(MOST, limit * 4);
      position = 0;
      if (ahead.isEmpty()) {
        return false;
      }
      from = Keys.next(ahead.getLast().key);
      return true;
    }

    byte[] key() {
      return current().key;
    }

    V value() {
      return current().value;
    }

    private RadixLeaf<V> current() {
      if (position < 0 || position >= ahead.size()) {
        throw new IllegalStateException("no entry here");
      }
      return ahead.get(position);
    }
  }
}
