package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.SortedBytes;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sorted bytes as a store of Kafka Streams, under the store's lock: its task's thread writes, any
 * thread may read meanwhile. What opens and closes it is each store's own.
 */
abstract class BytesStore implements KeyValueStore<Bytes, byte[]> {
  private final SortedBytes bytes;

  BytesStore(SortedBytes bytes) {
    this.bytes = bytes;
  }

  /** Called before each read, under the lock; throws if there is nothing to be read. */
  void reading() {}

  /**
   * Called after each write, under the lock.
   *
   * @param value null for a deletion
   */
  void wrote(Bytes key, byte @Nullable [] value) {}

  @Override
  public final synchronized byte @Nullable [] get(Bytes key) {
    reading();
    return bytes.get(key.get());
  }

  /**
   * @param value null for a deletion
   */
  @Override
  public final synchronized void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      bytes.delete(key.get());
    } else {
      bytes.put(key.get(), value);
    }
    wrote(key, value);
  }

  /** The key is not there, see {@link SortedBytes#insert}. */
  @Override
  public final synchronized byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    bytes.insert(key.get(), value);
    wrote(key, value);
    return null;
  }

  @Override
  public final void putAll(List<KeyValue<Bytes, byte[]>> many) {
    many.forEach(each -> put(each.key, each.value));
  }

  @Override
  public final synchronized byte @Nullable [] delete(Bytes key) {
    byte[] before = get(key);
    put(key, null);
    return before;
  }

  @Override
  public final synchronized KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    reading();
    return StoreIterator.inclusive(this, bytes, from, to);
  }

  @Override
  public final synchronized KeyValueIterator<Bytes, byte[]> all() {
    reading();
    return StoreIterator.all(this, bytes);
  }
}
