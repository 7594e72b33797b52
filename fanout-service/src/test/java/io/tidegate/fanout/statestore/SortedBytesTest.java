package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.RadixBytes;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.nio.file.Path;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SortedBytesTest {
  @TempDir Path folder = Path.of("");

  @Nested
  class OfATree extends SortedBytesContract {
    @Override
    SortedBytes create() {
      return new TreeBytes();
    }
  }

  @Nested
  class OfARadixTree extends SortedBytesContract {
    @Override
    SortedBytes create() {
      return new RadixBytes();
    }
  }

  @Nested
  class InMemory extends StreamsContract {
    @Override
    KeyValueBytesStoreSupplier supplier() {
      return StoreKind.MEMORY.supplier("users");
    }
  }

  @Nested
  class InRocksDb extends StreamsContract {
    @Override
    KeyValueBytesStoreSupplier supplier() {
      return StoreKind.ROCKSDB.supplier("users");
    }
  }

  /** Every write goes through the heap to the disk at once. */
  @Nested
  class OnDisk extends StreamsContract {
    @Override
    KeyValueBytesStoreSupplier supplier() {
      return StoreKind.supplier(
          "users",
          "rocksdb",
          () -> new WriteBehindStore(Stores.persistentKeyValueStore("users").get(), 0));
    }
  }

  abstract class StreamsContract extends SortedBytesContract {
    private @Nullable KeyValueStore<Bytes, byte[]> opened;

    abstract KeyValueBytesStoreSupplier supplier();

    @Override
    SortedBytes create() {
      KeyValueStore<Bytes, byte[]> store =
          Stores.keyValueStoreBuilder(supplier(), Serdes.Bytes(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      store.init(StoreContext.in(folder), store);
      opened = store;
      return StreamsBytes.over(store);
    }

    @AfterEach
    void closeTheStore() {
      if (opened != null) {
        opened.close();
      }
    }
  }
}
