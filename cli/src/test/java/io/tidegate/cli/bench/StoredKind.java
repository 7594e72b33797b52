package io.tidegate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * All entries of one kind in fan-out's stores.
 *
 * @param bytes of keys and values
 */
record StoredKind(long entries, long bytes) {
  /** As the first byte of a key says, see {@code Keys} of fan-out. */
  private static final Map<Integer, String> KINDS =
      Map.of(
          1,
          "user",
          2,
          "ready",
          3,
          "scheduled",
          4,
          "released",
          5,
          "expiry",
          6,
          "due",
          7,
          "dedupe",
          8,
          "collapse",
          15,
          "online");

  StoredKind minus(StoredKind other) {
    return new StoredKind(entries - other.entries, bytes - other.bytes);
  }

  /** Those of every RocksDB that lies somewhere in the folder, which nobody has open. */
  static Map<String, StoredKind> read(Path folder) throws IOException, RocksDBException {
    Map<String, StoredKind> kinds = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().equals("CURRENT")).toList()) {
        readOne(file.resolveSibling("").toString(), kinds);
      }
    }
    return kinds;
  }

  private static void readOne(String path, Map<String, StoredKind> kinds) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options();
        ColumnFamilyOptions plain = new ColumnFamilyOptions();
        DBOptions closed = new DBOptions()) {
      for (byte[] family : RocksDB.listColumnFamilies(options, path)) {
        families.add(new ColumnFamilyDescriptor(family, plain));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      try (RocksDB rocks = RocksDB.openReadOnly(closed, path, families, handles)) {
        for (ColumnFamilyHandle handle : handles) {
          try (RocksIterator entries = rocks.newIterator(handle)) {
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
              byte[] key = entries.key();
              kinds.merge(
                  KINDS.getOrDefault(key.length == 0 ? -1 : key[0] & 0xFF, "other"),
                  new StoredKind(1, key.length + (long) entries.value().length),
                  (one, other) ->
                      new StoredKind(one.entries + other.entries, one.bytes + other.bytes));
            }
          }
          handle.close();
        }
      }
    }
  }
}
