package io.tidegate.fanout.topology;

import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/** Where a task keeps its store; the changelog in Kafka is behind either. */
public enum StoreKind {
  /** On disk: bounded memory, and a clean restart reads nothing again. */
  ROCKSDB {
    @Override
    public KeyValueBytesStoreSupplier supplier(String name) {
      return Stores.persistentKeyValueStore(name);
    }
  },
  /** In the heap: everything is read from the changelog at every start. */
  MEMORY {
    @Override
    public KeyValueBytesStoreSupplier supplier(String name) {
      return HeapStore.supplier(name);
    }
  };

  public abstract KeyValueBytesStoreSupplier supplier(String name);
}
