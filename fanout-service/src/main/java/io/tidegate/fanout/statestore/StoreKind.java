package io.tidegate.fanout.statestore;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Where a task keeps its store; the changelog in Kafka is behind either. */
public enum StoreKind {
  /** On disk: bounded memory, and a clean restart reads nothing again. */
  ROCKSDB,
  /** In the heap: everything is read from the changelog at every start. */
  MEMORY;

  /** Of each store: 72 MiB for an instance that has 36 partitions to itself. */
  private static final long WRITE_BEHIND_BYTES = 2L << 20;

  /**
   * Of stores whose {@code putIfAbsent} is for keys that the caller knows not to be there, see
   * {@link io.tidegate.fanout.store.SortedBytes#insert}: on a disk it would be dear to look.
   */
  public KeyValueBytesStoreSupplier supplier(String name) {
    return switch (this) {
      case ROCKSDB -> {
        KeyValueBytesStoreSupplier disk = Stores.persistentKeyValueStore(name);
        yield supplier(
            name, disk.metricsScope(), () -> new WriteBehindStore(disk.get(), WRITE_BEHIND_BYTES));
      }
      case MEMORY -> supplier(name, "heap", () -> new HeapStore(name));
    };
  }

  static KeyValueBytesStoreSupplier supplier(
      String name, String metricsScope, Supplier<KeyValueStore<Bytes, byte[]>> stores) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return stores.get();
      }

      @Override
      public String metricsScope() {
        return metricsScope;
      }
    };
  }
}
