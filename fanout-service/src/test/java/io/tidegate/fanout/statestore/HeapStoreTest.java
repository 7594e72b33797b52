package io.tidegate.fanout.statestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapStoreTest {
  private static final Bytes KEY = Bytes.wrap("a".getBytes(UTF_8));

  @TempDir Path folder = Path.of("");

  /** Streams does so with the same object after a transaction was aborted. */
  @Test
  void storeThatIsOpenedAgainShouldHaveNothingOfBefore() {
    // Given
    HeapStore store = new HeapStore("users");
    store.init(StoreContext.in(folder), store);
    store.putIfAbsent(KEY, new byte[] {1});

    // When
    store.close();
    assertThatThrownBy(() -> store.get(KEY)).isInstanceOf(InvalidStateStoreException.class);
    store.init(StoreContext.in(folder), store);

    // Then
    assertThat(store.get(KEY)).isNull();
    assertThat(store.approximateNumEntries()).isZero();
    store.putIfAbsent(KEY, new byte[] {2});
    assertThat(store.get(KEY)).isEqualTo(new byte[] {2});
  }
}
