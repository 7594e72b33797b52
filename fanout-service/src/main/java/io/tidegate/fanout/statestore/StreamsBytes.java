package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.SortedBytes;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Sorted bytes in a store of Kafka Streams. */
public final class StreamsBytes implements SortedBytes {
  private final ReadOnlyKeyValueStore<Bytes, byte[]> reads;
  private final @Nullable KeyValueStore<Bytes, byte[]> writes;

  private StreamsBytes(
      ReadOnlyKeyValueStore<Bytes, byte[]> reads, @Nullable KeyValueStore<Bytes, byte[]> writes) {
    this.reads = reads;
    this.writes = writes;
  }

  public static StreamsBytes over(KeyValueStore<Bytes, byte[]> store) {
    return new StreamsBytes(store, store);
  }

  /** For reading only, which any thread may while the task's own writes. */
  public static StreamsBytes readOnly(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    return new StreamsBytes(store, null);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return reads.get(Bytes.wrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    writes().put(Bytes.wrap(key), value);
  }

  /** Our stores do not look whether the key is there, see {@link StoreKind#supplier}. */
  @Override
  public void insert(byte[] key, byte[] value) {
    byte[] before = writes().putIfAbsent(Bytes.wrap(key), value);
    if (before != null) {
      throw new IllegalStateException("inserted a key that is there: " + Arrays.toString(key));
    }
  }

  /** By a put of null: the store's own delete reads the old value first. */
  @Override
  @SuppressWarnings("NullAway") // null is how Kafka says it
  public void delete(byte[] key) {
    writes().put(Bytes.wrap(key), null);
  }

  @Override
  public Range range(byte[] from, byte[] to) {
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return Nothing.INSTANCE;
    }
    return new StreamsRange(reads.range(Bytes.wrap(from), Bytes.wrap(to)), to);
  }

  private KeyValueStore<Bytes, byte[]> writes() {
    if (writes == null) {
      throw new UnsupportedOperationException("this view of the store is for reading only");
    }
    return writes;
  }

  /** Streams' ranges include their end; ours do not. */
  private static final class StreamsRange implements Range {
    private final KeyValueIterator<Bytes, byte[]> entries;
    private final byte[] to;
    private @Nullable KeyValue<Bytes, byte[]> current;

    StreamsRange(KeyValueIterator<Bytes, byte[]> entries, byte[] to) {
      this.entries = entries;
      this.to = to;
    }

    @Override
    public boolean next() {
      current = entries.hasNext() ? entries.next() : null;
      if (current != null && Arrays.equals(current.key.get(), to)) {
        current = null;
      }
      return current != null;
    }

    @Override
    public byte[] key() {
      return current().key.get();
    }

    @Override
    public byte[] value() {
      return current().value;
    }

    private KeyValue<Bytes, byte[]> current() {
      if (current == null) {
        throw new IllegalStateException("no entry here");
      }
      return current;
    }

    @Override
    public void close() {
      entries.close();
    }
  }

  private enum Nothing implements Range {
    INSTANCE;

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public byte[] key() {
      throw new IllegalStateException("no entry here");
    }

    @Override
    public byte[] value() {
      throw new IllegalStateException("no entry here");
    }

    @Override
    public void close() {}
  }
}
