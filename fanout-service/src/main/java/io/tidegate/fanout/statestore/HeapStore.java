package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.RadixBytes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;

/**
 * A store of Kafka Streams that lies in the heap, in a radix tree. Streams' own is a balanced tree
 * of keys, which took two fifths of the handling of a message with millions of ids in it, and which
 * copies all keys of a range before it shows the first.
 */
final class HeapStore extends BytesStore {
  private final String name;
  private final RadixBytes entries;
  private volatile boolean open;

  HeapStore(String name) {
    this(name, new RadixBytes());
  }

  private HeapStore(String name, RadixBytes entries) {
    super(entries);
    this.name = name;
    this.entries = entries;
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
  public synchronized long approximateNumEntries() {
    return entries.size();
  }

  /** Forgets everything: Streams opens it again to restore it from the changelog. */
  @Override
  public synchronized void close() {
    open = false;
    entries.clear();
  }

  @Override
  void reading() {
    if (!open) {
      throw new InvalidStateStoreException("the store " + name + " is not open");
    }
  }
}
