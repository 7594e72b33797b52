package io.tidegate.fanout.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorted bytes in memory, in an adaptive radix tree (Leis, Kemper, Neumann: The Adaptive Radix
 * Tree, ICDE 2013): a key is found byte by byte, in about three steps among millions of hashes,
 * where a balanced tree compares over twenty. What only one key goes on with is one step. For one
 * thread.
 *
 * <p>Its ranges may be open while it is changed: they show each key once, rising, those that are
 * there all the time without exception.
 */
public final class RadixBytes implements SortedBytes {
  private @Nullable RadixNode root;
  private int size;

  public int size() {
    return size;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    RadixNode node = root;
    int at = 0;
    while (node instanceof RadixFork fork) {
      at += fork.path.length;
      if (at >= key.length) {
        node = at == key.length ? fork.end : null;
        break;
      }
      node = fork.child(key[at]);
      at++;
    }
    // The paths were passed unread; only the whole key says that it is the one.
    return node instanceof RadixLeaf leaf && Arrays.equals(leaf.key, key) ? leaf.value : null;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    RadixFork above = null;
    RadixNode node = root;
    int at = 0;
    while (node instanceof RadixFork fork) {
      int same = common(fork.path, 0, key, at);
      if (same < fork.path.length) {
        RadixFork split = fork.splitBefore(same);
        split.place(new RadixLeaf(key, value), at + same);
        replace(above, key, at, split);
        size++;
        return;
      }
      at += same;
      RadixNode next = at == key.length ? fork.end : fork.child(key[at]);
      if (next == null) {
        fork.place(new RadixLeaf(key, value), at);
        size++;
        return;
      }
      if (at == key.length) {
        ((RadixLeaf) next).value = value;
        return;
      }
      above = fork;
      node = next;
      at++;
    }
    if (node instanceof RadixLeaf leaf) {
      int same = common(leaf.key, at, key, at);
      if (at + same == key.length && key.length == leaf.key.length) {
        leaf.value = value;
        return;
      }
      RadixFork fork = new RadixFork(Arrays.copyOfRange(key, at, at + same));
      fork.place(leaf, at + same);
      fork.place(new RadixLeaf(key, value), at + same);
      replace(above, key, at, fork);
    } else {
      root = new RadixLeaf(key, value);
    }
    size++;
  }

  @Override
  public void delete(byte[] key) {
    RadixFork above = null;
    int aboveAt = 0;
    RadixFork holder = null;
    int at = 0;
    RadixNode node = root;
    while (node instanceof RadixFork fork) {
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
    if (!(node instanceof RadixLeaf leaf) || !Arrays.equals(leaf.key, key)) {
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
    RadixNode only = holder.only();
    if (only != null) {
      replace(above, key, aboveAt, only);
    }
  }

  /**
   * @param at where the path of the node that is replaced begins; the byte before it leads there
   */
  private void replace(@Nullable RadixFork above, byte[] key, int at, RadixNode by) {
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

  @Override
  public Range range(byte[] from, byte[] to) {
    return new Walk(from, to);
  }

  /** Reads ahead a little at a time, more each time. */
  private final class Walk implements Range {
    private static final int FIRST = 4;
    private static final int MOST = 256;

    private final byte[] to;
    private final List<RadixLeaf> ahead = new ArrayList<>(FIRST);
    private byte[] from;
    private int limit = FIRST;
    private int position = -1;
    private boolean last;

    Walk(byte[] from, byte[] to) {
      this.from = from;
      this.to = to;
      this.last = Arrays.compareUnsigned(from, to) >= 0;
    }

    @Override
    public boolean next() {
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

    @Override
    public byte[] key() {
      return current().key;
    }

    @Override
    public byte[] value() {
      return current().value;
    }

    private RadixLeaf current() {
      if (position < 0 || position >= ahead.size()) {
        throw new IllegalStateException("no entry here");
      }
      return ahead.get(position);
    }

    @Override
    public void close() {
      ahead.clear();
    }
  }
}
