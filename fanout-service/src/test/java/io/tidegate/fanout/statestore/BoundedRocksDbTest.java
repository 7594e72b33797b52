package io.tidegate.fanout.statestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

final class BoundedRocksDbTest {
  private static final int KEYS = 5_000;

  @TempDir Path folder;

  @BeforeAll
  static void loadLibrary() {
    RocksDB.loadLibrary();
  }

  @Test
  void aKeyThatIsNotThereIsAnsweredByAFilterInTheLastLevelToo() throws RocksDBException {
    BoundedRocksDb bounded = new BoundedRocksDb();
    try (BloomFilter filter = new BloomFilter();
        Options options = asStreamsHasThem(filter);
        Statistics statistics = new Statistics()) {
      bounded.setConfig("users", options, Map.of());
      options.setStatistics(statistics);
      try (RocksDB database = RocksDB.open(options, folder.toString())) {
        for (int key = 0; key < KEYS; key++) {
          database.put(key(key, "there"), new byte[] {1});
        }
        database.compactRange();
        for (int key = 0; key < KEYS; key++) {
          assertThat(database.get(key(key, "there"))).isNotNull();
          assertThat(database.get(key(key, "not there"))).isNull();
        }
      }
      // A filter is wrong about one in a hundred.
      assertThat(statistics.getTickerCount(TickerType.BLOOM_FILTER_USEFUL))
          .isGreaterThan(KEYS * 9 / 10);
      bounded.close("users", options);
    }
  }

  private static Options asStreamsHasThem(BloomFilter filter) {
    BlockBasedTableConfig table = new BlockBasedTableConfig();
    table.setFilterPolicy(filter);
    return new Options()
        .setCreateIfMissing(true)
        .setTableFormatConfig(table)
        .setOptimizeFiltersForHits(true);
  }

  private static byte[] key(int number, String text) {
    return (number + text).getBytes(UTF_8);
  }
}
