package io.tidegate.fanout.topology;

import io.tidegate.fanout.statestore.BoundedRocksDb;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.fanout.statestore.StreamsBytes;
import io.tidegate.fanout.store.RadixBytes;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.io.File;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
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

  abstract class StreamsContract extends SortedBytesContract {
    private @Nullable KeyValueStore<Bytes, byte[]> opened;

    abstract KeyValueBytesStoreSupplier supplier();

    @Override
    SortedBytes create() {
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
      properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
      File state = folder.toFile();
      MockProcessorContext<Object, Object> context =
          new MockProcessorContext<>(properties, new TaskId(0, 0), state);
      KeyValueStore<Bytes, byte[]> store =
          Stores.keyValueStoreBuilder(supplier(), Serdes.Bytes(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
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
