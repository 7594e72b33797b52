package io.tidegate.fanout.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where keys part: at least two ways lead on. With few of them they are sorted, with many there is
 * a place for each byte.
 */
final class RadixFork<V> extends RadixNode<V> {
  private static final int FEWEST = 4;
  private static final int MOST_SORTED = 48;

  /** So that a way that comes and goes does not rebuild it each time. */
  private static final int SORTED_AGAIN = 36;

  private static final int ALL = 256;

  /** What the keys below have in common here, without the byte that parts them. */
  byte[] path;

  /** The key that ends with the path. */
  @Nullable RadixLeaf<V> end;

  /** The bytes of the ways, rising as unsigned ones; null: the way's byte is its place. */
  private byte @Nullable [] labels = new byte[FEWEST];

  private @Nullable RadixNode<V>[] ways = places(FEWEST);
  private int count;

  RadixFork(byte[] path) {
    this.path = path;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java makes no arrays of generic types
  private static <V> @Nullable RadixNode<V>[] places(int count) {
    return new @Nullable RadixNode[count];
  }

  @Nullable RadixNode<V> child(byte label) {
    byte[] sorted = labels;
    if (sorted == null) {
      return ways[label & 0xFF];
    }
    int place = search(sorted, label);
    return place < 0 ? null : ways[place];
  }

  /** The way is there, and leads there from now on. */
  void set(byte label, RadixNode<V> to) {
    byte[] sorted = labels;
    ways[sorted == null ? label & 0xFF : search(sorted, label)] = to;
  }

  /**
   * Adds a way to a leaf, or the end.
   *
   * @param at the byte of its key that parts it from the others
   */
  void place(RadixLeaf<V> leaf, int at) {
    if (at == leaf.key.length) {
      end = leaf;
    } else {
      add(leaf.key[at], leaf);
    }
  }

  /** A fork that has the first bytes of the path, and this one as its only way. */
  RadixFork<V> splitBefore(int same) {
    RadixFork<V> split = new RadixFork<>(Arrays.copyOf(path, same));
    split.add(path[same], this);
    path = Arrays.copyOfRange(path, same + 1, path.length);
    return split;
  }

  private void add(byte label, RadixNode<V> to) {
    byte[] sorted = labels;
    if (sorted != null && count == sorted.length) {
      grow(sorted);
      sorted = labels;
    }
    if (sorted == null) {
      ways[label & 0xFF] = to;
    } else {
      int place = -search(sorted, label) - 1;
      System.arraycopy(sorted, place, sorted, place + 1, count - place);
      System.arraycopy(ways, place, ways, place + 1, count - place);
      sorted[place] = label;
      ways[place] = to;
    }
    count++;
  }

  private void grow(byte[] sorted) {
    if (sorted.length < MOST_SORTED) {
      int larger = Math.min(MOST_SORTED, sorted.length * 2);
      labels = Arrays.copyOf(sorted, larger);
      ways = Arrays.copyOf(ways, larger);
      return;
    }
    @Nullable RadixNode<V>[] all = places(ALL);
    for (int i = 0; i < count; i++) {
      all[sorted[i] & 0xFF] = ways[i];
    }
    labels = null;
    ways = all;
  }

  /** The way is there, and is not from now on. */
  void remove(byte label) {
    byte[] sorted = labels;
    if (sorted == null) {
      ways[label & 0xFF] = null;
      count--;
      if (count <= SORTED_AGAIN) {
        sort();
      }
      return;
    }
    int place = search(sorted, label);
    count--;
    System.arraycopy(sorted, place + 1, sorted, place, count - place);
    System.arraycopy(ways, place + 1, ways, place, count - place);
    ways[count] = null;
  }

  private void sort() {
    byte[] sorted = new byte[MOST_SORTED];
    @Nullable RadixNode<V>[] few = places(MOST_SORTED);
    int next = 0;
    for (int label = 0; label < ALL; label++) {
      if (ways[label] != null) {
        sorted[next] = (byte) label;
        few[next++] = ways[label];
      }
    }
    labels = sorted;
    ways = few;
  }

  /** What this fork may be replaced by, because nothing else is left of it; null: keys part. */
  @Nullable RadixNode<V> only() {
    if (count == 0) {
      return end;
    }
    byte[] sorted = labels;
    if (count > 1 || end != null || sorted == null) {
      return null;
    }
    RadixNode<V> below = ways[0];
    if (below instanceof RadixFork<V> fork) {
      byte[] longer = Arrays.copyOf(path, path.length + 1 + fork.path.length);
      longer[path.length] = sorted[0];
      System.arraycopy(fork.path, 0, longer, path.length + 1, fork.path.length);
      fork.path = longer;
    }
    return below;
  }

  private int search(byte[] sorted, byte label) {
    int wanted = label & 0xFF;
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = sorted[middle] & 0xFF;
      if (found == wanted) {
        return middle;
      }
      if (found < wanted) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  @Override
  boolean collect(byte[] from, int at, byte @Nullable [] to, int limit, List<RadixLeaf<V>> found) {
    int parting = at;
    if (at != BEHIND) {
      int known = Math.min(path.length, from.length - at);
      int order = Arrays.compareUnsigned(path, 0, known, from, at, at + known);
      if (order < 0) {
        return true;
      }
      parting = order > 0 || known < path.length ? BEHIND : at + known;
    }
    if (parting == from.length) {
      parting = BEHIND;
    }
    if (end != null && !end.collect(from, parting, to, limit, found)) {
      return false;
    }
    int first = parting == BEHIND ? 0 : from[parting] & 0xFF;
    byte[] sorted = labels;
    int place = sorted == null ? first : search(sorted, (byte) first);
    if (place < 0) {
      place = -place - 1;
    }
    int places = sorted == null ? ALL : count;
    for (; place < places; place++) {
      RadixNode<V> way = ways[place];
      if (way != null) {
        int label = sorted == null ? place : sorted[place] & 0xFF;
        int below = parting != BEHIND && label == first ? parting + 1 : BEHIND;
        if (!way.collect(from, below, to, limit, found)) {
          return false;
        }
      }
    }
    return true;
  }
}
