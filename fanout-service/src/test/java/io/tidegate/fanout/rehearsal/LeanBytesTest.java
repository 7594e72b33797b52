package io.tidegate.fanout.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LeanBytesTest {
  private final LeanBytes store = new LeanBytes();

  @Test
  void valuesShouldBeReadAsTheyWerePutWhereverTheirZerosAre() {
    // Given
    TreeBytes plain = new TreeBytes();
    Random random = new Random(11);

    // When
    for (int i = 0; i < 2_000; i++) {
      byte[] key = {1, (byte) random.nextInt(100)};
      byte[] value = new byte[random.nextInt(20)];
      for (int b = 0; b < value.length - random.nextInt(10); b++) {
        value[b] = (byte) random.nextInt(3);
      }
      if (random.nextInt(4) == 0) {
        plain.delete(key);
        store.delete(key);
      } else {
        plain.put(key, value);
        store.put(key, value);
      }
    }

    // Then
    assertThat(all(store)).isEqualTo(all(plain)).hasSizeGreaterThan(50);
    for (int i = 0; i < 100; i++) {
      byte[] key = {1, (byte) i};
      assertThat(store.get(key)).isEqualTo(plain.get(key));
    }
  }

  @Test
  void zerosAtTheEndShouldTakeNoMemory() {
    // When
    store.insert(new byte[] {1}, new byte[256 * 1024]);

    // Then
    assertThat(store.bytes()).isLessThan(200);
    assertThat(store.get(new byte[] {1})).hasSize(256 * 1024);
  }

  @Test
  void bytesShouldGoDownToNothing() {
    // Given
    store.put(new byte[] {1}, new byte[] {1, 2, 3});
    store.put(new byte[] {1}, new byte[] {1, 2, 3, 4, 5});
    store.insert(new byte[] {2}, new byte[] {1});
    long before = store.bytes();

    // When
    store.delete(new byte[] {1});
    store.delete(new byte[] {2});
    store.delete(new byte[] {3});

    // Then
    assertThat(before).isEqualTo(2 * (LeanBytes.OVERHEAD_BYTES + 1 + 4L) + 5 + 1);
    assertThat(store.bytes()).isZero();
  }

  @Test
  void messageIdsShouldBeForgotten() {
    // Given
    byte[] id = Keys.dedupe(new byte[16]);

    // When
    store.insert(id, new byte[8]);
    store.put(id, new byte[8]);

    // Then
    assertThat(store.get(id)).isNull();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void insertOfAKeyThatIsThereShouldFail() {
    // Given
    store.insert(new byte[] {1}, new byte[] {1});

    // When
    assertThatThrownBy(() -> store.insert(new byte[] {1}, new byte[] {2}))
        // Then
        .isInstanceOf(IllegalStateException.class);
  }

  private static List<String> all(SortedBytes store) {
    List<String> all = new ArrayList<>();
    try (SortedBytes.Range range = store.range(new byte[] {0}, new byte[] {9})) {
      while (range.next()) {
        all.add(Arrays.toString(range.key()) + "=" + Arrays.toString(range.value()));
      }
    }
    return all;
  }
}
