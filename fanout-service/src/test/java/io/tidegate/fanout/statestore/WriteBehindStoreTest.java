package io.tidegate.fanout.statestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBehindStoreTest {
  private static final long MOST_BYTES = 1_000;

  @TempDir Path folder = Path.of("");

  private final KeyValueStore<Bytes, byte[]> disk = Stores.persistentKeyValueStore("users").get();
  private final WriteBehindStore store = new WriteBehindStore(disk, MOST_BYTES);
  private StateStoreContext context;

  @BeforeEach
  void open() {
    context = StoreContext.in(folder);
    store.init(context, store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void writesShouldBeReadBeforeTheDiskHasThem() {
    // When
    store.put(key("a"), value("1"));

    // Then
    assertThat(store.get(key("a"))).isEqualTo(value("1"));
    assertThat(disk.get(key("a"))).isNull();
  }

  @Test
  void writesShouldReachTheDiskWhenThereAreManyBytesOfThem() {
    // When
    store.put(key("first"), value("1"));
    store.put(key("large"), new byte[(int) MOST_BYTES]);

    // Then
    assertThat(disk.get(key("first"))).isEqualTo(value("1"));
    assertThat(disk.get(key("large"))).hasSize((int) MOST_BYTES);
  }

  @Test
  void deletionShouldReachTheDiskToo() {
    // Given
    store.put(key("a"), value("1"));
    store.flush();

    // When
    store.put(key("a"), null);
    byte[] seen = store.get(key("a"));
    byte[] before = disk.get(key("a"));
    store.flush();

    // Then
    assertThat(seen).isNull();
    assertThat(before).isEqualTo(value("1"));
    assertThat(disk.get(key("a"))).isNull();
  }

  @Test
  void whatWasInsertedAndDeletedShouldNeverReachTheDisk() {
    // Given
    store.putIfAbsent(key("a"), value("1"));

    // When
    store.put(key("a"), null);
    store.flush();

    // Then
    assertThat(disk.get(key("a"))).isNull();
    assertThat(store.approximateNumEntries()).isEqualTo(disk.approximateNumEntries());
    assertThat(disk.approximateNumEntries()).isZero();
  }

  @Test
  void rangeShouldShowDiskAndHeapAsOne() {
    // Given
    store.put(key("a"), value("1"));
    store.put(key("b"), value("1"));
    store.put(key("c"), value("1"));
    store.flush();

    // When
    store.put(key("b"), null);
    store.put(key("c"), value("2"));
    store.put(key("d"), value("1"));

    // Then
    assertThat(texts(store.range(key("a"), key("c")))).containsExactly("a=1", "c=2");
    assertThat(texts(store.all())).containsExactly("a=1", "c=2", "d=1");
  }

  @Test
  void rangeOfAReaderShouldMissNothingWhenTheHeapIsWrittenMeanwhile() {
    // Given
    List<String> all = IntStream.range(100, 200).mapToObj(n -> "u" + n + "=1").toList();
    for (int n = 100; n < 200; n++) {
      store.put(key("u" + n), value("1"));
    }
    KeyValueIterator<Bytes, byte[]> range = store.all();

    // When
    store.flush();
    store.put(key("u100"), value("1"));

    // Then
    assertThat(texts(range)).isEqualTo(all);
  }

  @Test
  void everythingShouldBeOnTheDiskBeforeItsOffsetsAre() {
    // Given
    TopicPartition changelog = new TopicPartition("changelog", 0);
    store.put(key("a"), value("1"));

    // When
    store.commit(Map.of(changelog, 7L));

    // Then
    assertThat(disk.get(key("a"))).isEqualTo(value("1"));
    assertThat(store.committedOffset(changelog)).isEqualTo(7L);
    assertThat(store.managesOffsets()).isTrue();
  }

  @Test
  void closedStoreShouldHaveEverythingWhenItIsOpenedAgain() {
    // Given
    store.put(key("a"), value("1"));
    store.putIfAbsent(key("b"), value("2"));

    // When
    store.close();
    assertThatThrownBy(() -> store.get(key("a"))).isInstanceOf(InvalidStateStoreException.class);
    store.init(context, store);

    // Then
    assertThat(texts(store.all())).containsExactly("a=1", "b=2");
  }

  private static List<String> texts(KeyValueIterator<Bytes, byte[]> entries) {
    List<String> texts = new ArrayList<>();
    try (entries) {
      while (entries.hasNext()) {
        KeyValue<Bytes, byte[]> entry = entries.next();
        texts.add(new String(entry.key.get(), UTF_8) + "=" + new String(entry.value, UTF_8));
      }
    }
    return texts;
  }

  private static Bytes key(String text) {
    return Bytes.wrap(text.getBytes(UTF_8));
  }

  private static byte[] value(String text) {
    return text.getBytes(UTF_8);
  }
}
