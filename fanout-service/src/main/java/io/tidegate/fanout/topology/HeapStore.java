package io.tidegate.fanout.topology;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.RadixBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
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
  /** Keys of the one store do not begin with it. */
  private static final byte[] BEHIND_ALL = {(byte) 0xFF, (byte) 0xFF};

  private final String name;
  private final RadixBytes entries = new RadixBytes();
  private volatile boolean open;

  private HeapStore(String name) {
    this.name = name;
  }

  static KeyValueBytesStoreSupplier supplier(String name) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new HeapStore(name);
      }

      @Override
      public String metricsScope() {
        return "heap";
      }
    };
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

  @Override
  public synchronized byte @Nullable [] putIfAbsent(Bytes key, byte @Nullable [] value) {
    byte[] before = get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
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

  /**
   * @param from null: the first
   * @param to inclusive; null: the last
   */
  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    requireOpen();
    byte[] first = from == null ? new byte[0] : from.get();
    return new Walk(entries.range(first, to == null ? BEHIND_ALL : Keys.next(to.get())));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return range(null, null);
  }

  @Override
  public synchronized long approximateNumEntries() {
    return entries.size();
  }

  @Override
  public void close() {
    open = false;
  }

  private void requireOpen() {
    if (!open) {
      throw new InvalidStateStoreException("the store " + name + " is not open");
    }
  }

  /** Looks one entry ahead, as Streams' iterators do. */
  private final class Walk implements KeyValueIterator<Bytes, byte[]> {
    private final SortedBytes.Range range;
    private @Nullable KeyValue<Bytes, byte[]> next;

    Walk(SortedBytes.Range range) {
      this.range = range;
      advance();
    }

    private void advance() {
      synchronized (HeapStore.this) {
        next = open && range.next() ? KeyValue.pair(Bytes.wrap(range.key()), range.value()) : null;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      KeyValue<Bytes, byte[]> current = present();
      advance();
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
}
