package io.tidegate.fanout.statestore;

import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store on disk whose last writes are still in the heap, and reach it many at a time. Most of
 * what fan-out writes is written over or deleted soon: a user's state with the next event, an entry
 * with its ack. Such a write costs the disk's store nothing then.
 *
 * <p>Nothing depends on the disk having them: each write is in the changelog before its transaction
 * is committed, under exactly once a store of an instance that was killed is read from the
 * changelog anew, and before the store is flushed or its offsets are committed all of them are
 * written.
 */
final class WriteBehindStore extends BytesStore {
  private static final int OVERHEAD_BYTES = 64;

  private final KeyValueStore<Bytes, byte[]> disk;
  private final long mostBytes;
  private final Batch batch;
  private final BufferedBytes recent;
  private long bytes;

  /**
   * @param mostBytes what the keys and values of the writes in the heap may have, with 64 bytes for
   *     each; with more, all of them are written
   */
  WriteBehindStore(KeyValueStore<Bytes, byte[]> disk, long mostBytes) {
    this(disk, mostBytes, new Batch(StreamsBytes.over(disk)));
  }

  private WriteBehindStore(KeyValueStore<Bytes, byte[]> disk, long mostBytes, Batch batch) {
    this(disk, mostBytes, batch, new BufferedBytes(batch));
  }

  private WriteBehindStore(
      KeyValueStore<Bytes, byte[]> disk, long mostBytes, Batch batch, BufferedBytes recent) {
    super(recent);
    this.disk = disk;
    this.mostBytes = mostBytes;
    this.batch = batch;
    this.recent = recent;
  }

  /** Reads from the disk; writes are collected. */
  private static final class Batch implements SortedBytes {
    private final StreamsBytes disk;
    private final List<KeyValue<Bytes, byte[]>> writes = new ArrayList<>();

    Batch(StreamsBytes disk) {
      this.disk = disk;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      return disk.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
      writes.add(KeyValue.pair(Bytes.wrap(key), value));
    }

    @Override
    @SuppressWarnings("NullAway") // null is how Kafka says it
    public void delete(byte[] key) {
      writes.add(KeyValue.pair(Bytes.wrap(key), null));
    }

    @Override
    public Range range(byte[] from, byte[] to) {
      return disk.range(from, to);
    }
  }

  private void drain() {
    recent.commit();
    bytes = 0;
    disk.putAll(batch.writes);
    batch.writes.clear();
  }

  @Override
  void wrote(Bytes key, byte @Nullable [] value) {
    bytes += OVERHEAD_BYTES + key.get().length + (value == null ? 0 : value.length);
    if (bytes > mostBytes) {
      drain();
    }
  }

  @Override
  public synchronized long approximateNumEntries() {
    return disk.approximateNumEntries() + recent.size();
  }

  @Override
  public String name() {
    return disk.name();
  }

  /** Restores into the disk's store itself. */
  @Override
  public void init(StateStoreContext context, StateStore root) {
    disk.init(context, root);
  }

  @Override
  @SuppressWarnings("deprecation") // whoever still calls it wants the same
  public synchronized void flush() {
    drain();
    disk.flush();
  }

  @Override
  public synchronized void commit(Map<TopicPartition, Long> changelogOffsets) {
    drain();
    disk.commit(changelogOffsets);
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return disk.committedOffset(partition);
  }

  @Override
  @SuppressWarnings("deprecation") // it says what the store that is wrapped says
  public boolean managesOffsets() {
    return disk.managesOffsets();
  }

  @Override
  public Position getPosition() {
    return disk.getPosition();
  }

  @Override
  public synchronized void close() {
    try {
      if (disk.isOpen()) {
        drain();
      }
    } finally {
      recent.discard();
      batch.writes.clear();
      bytes = 0;
      disk.close();
    }
  }

  @Override
  public boolean persistent() {
    return disk.persistent();
  }

  @Override
  public boolean isOpen() {
    return disk.isOpen();
  }
}
