package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.NoSuchElementException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** A range of sorted bytes as Streams walks it: one entry ahead, under the store's lock. */
final class StoreIterator implements KeyValueIterator<Bytes, byte[]> {
  private static final byte[] BEFORE_ALL = {};

  /** No key of our store begins with it. */
  private static final byte[] BEHIND_ALL = {(byte) 0xFF, (byte) 0xFF};

  private final Object lock;
  private final SortedBytes.Range range;
  private @Nullable KeyValue<Bytes, byte[]> next;

  private StoreIterator(Object lock, SortedBytes bytes, byte[] from, byte[] to) {
    this.lock = lock;
    synchronized (lock) {
      this.range = bytes.range(from, to);
      advance();
    }
  }

  static StoreIterator all(Object lock, SortedBytes bytes) {
    return new StoreIterator(lock, bytes, BEFORE_ALL, BEHIND_ALL);
  }

  static StoreIterator inclusive(Object lock, SortedBytes bytes, Bytes from, Bytes to) {
    return new StoreIterator(lock, bytes, from.get(), Keys.next(to.get()));
  }

  private void advance() {
    next = range.next() ? KeyValue.pair(Bytes.wrap(range.key()), range.value()) : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public KeyValue<Bytes, byte[]> next() {
    KeyValue<Bytes, byte[]> current = present();
    synchronized (lock) {
      advance();
    }
    return current;
  }

  @Override
  public Bytes peekNextKey() {
    return present().key;
  }

  private KeyValue<Bytes, byte[]> present() {
    if (next == null) {
      throw new NoSuchElementException("no entry here");
    }
    return next;
  }

  @Override
  public void close() {
    range.close();
  }
}
