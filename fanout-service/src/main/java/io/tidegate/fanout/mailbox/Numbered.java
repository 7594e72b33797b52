package io.tidegate.fanout.mailbox;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Entries whose keys are numbered with few gaps, which are got one by one by their numbers.
 *
 * <p>Not by a range: a log-structured store keeps a tombstone for what was deleted until it is
 * compacted, and a range that comes to its end walks on over those of everyone behind, because the
 * iterators of Streams have no upper bound. With a mailbox that is empty most of the time, that was
 * most of the work. Only a long gap is crossed by a range.
 */
final class Numbered {
  private static final int LONG_GAP = 16;

  private final SortedBytes store;
  private final LongFunction<byte[]> key;
  private final Function<byte[], Entry> parser;

  Numbered(SortedBytes store, LongFunction<byte[]> key, Function<byte[], Entry> parser) {
    this.store = store;
    this.key = key;
    this.parser = parser;
  }

  /**
   * The entries from the number {@code from}, inclusive, to {@code to}, exclusive, rising, at most
   * {@code limit}, and no further one once their payloads have {@code bytes}.
   */
  List<Mailbox.Located> read(long from, long to, int limit, long bytes) {
    List<Mailbox.Located> found = new ArrayList<>();
    long size = 0;
    int missing = 0;
    for (long number = from; number < to && found.size() < limit && size < bytes; number++) {
      byte[] at = key.apply(number);
      byte[] value = store.get(at);
      if (value != null) {
        Mailbox.Located located = new Mailbox.Located(at, value, parser.apply(value));
        found.add(located);
        size += located.entry().message().payload().length;
        missing = 0;
      } else if (++missing == LONG_GAP) {
        number = next(at, to) - 1;
        missing = 0;
      }
    }
    return found;
  }

  /** The number of the first entry from {@code at} on; {@code to} if there is none before it. */
  private long next(byte[] at, long to) {
    try (SortedBytes.Range range = store.range(at, key.apply(to))) {
      return range.next() ? Keys.number(range.key()) : to;
    }
  }
}
