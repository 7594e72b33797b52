package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.RadixBytes;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store of Kafka Streams that lies in the heap, in a radix tree. Streams' own is a balanced tree
 * of keys, which took two fifths of the handling of a message with millions of ids in it, and which
 * copies all keys of a range before it shows the first.
 *
 * <p>Its task's thread writes; any thread may read meanwhile.
 */
final class HeapStore implements KeyValueStore<Bytes, byte[]> {
  private final String name;
  private final RadixBytes entries = new RadixBytes();
  private volatile boolean open;

  HeapStore(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> put(Bytes.wrap(key), value));
    open = true;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Not kept: nobody asks this store by versions of its position. */
  @Override
  public Position getPosition() {
    return Position.emptyPosition();
  }

  @Override
  public synchronized byte @Nullable [] get(Bytes key) {
    requireOpen();
    return entries.get(key.get());
  }

  /**
   * @param value null for a deletion
   */
  @Override
  public synchronized void put(Bytes key, byte @Nullable [] value) {
    if (value == null) {
      entries.delete(key.get());
    } else {
      entries.put(key.get(), value);
    }
  }

  /**
   * @throws IllegalStateException if the key is there
   */
  @Override
  public synchronized byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    entries.insert(key.get(), value);
    return null;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> many) {
    many.forEach(each -> put(each.key, each.value));
  }

  @Override
  public synchronized byte @Nullable [] delete(Bytes key) {
    byte[] before = get(key);
    entries.delete(key.get());
    return before;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    requireOpen();
    return StoreIterator.inclusive(this, entries, from, to);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    requireOpen();
    return StoreIterator.all(this, entries);
  }

  @Override
  public synchronized long approximateNumEntries() {
    return entries.size();
  }

  /** Forgets everything: Streams opens it again to restore it from the changelog. */
  @Override
  public synchronized void close() {
    open = false;
    entries.clear();
  }

  private void requireOpen() {
    if (!open) {
      throw new InvalidStateStoreException("the store " + name + " is not open");
    }
  }
}
