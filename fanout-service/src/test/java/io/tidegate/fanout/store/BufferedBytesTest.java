package io.tidegate.fanout.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against plain maps: one for what is committed, one for what is seen. */
class BufferedBytesTest {
  private static final int STEPS = 3_000;

  private final TreeBytes base = new TreeBytes();
  private final BufferedBytes buffered = new BufferedBytes(base);
  private TreeMap<byte[], byte[]> committed = new TreeMap<>(Arrays::compareUnsigned);
  private TreeMap<byte[], byte[]> seen = new TreeMap<>(Arrays::compareUnsigned);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void readsShouldSeeTheWritesAndTheBaseOnlyWhatIsCommitted(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      // When
      switch (random.nextInt(20)) {
        case 0 -> {
          buffered.commit();
          committed = new TreeMap<>(seen);
        }
        case 1 -> {
          buffered.discard();
          seen = new TreeMap<>(committed);
        }
        case 2, 3, 4, 5, 6 -> {
          byte[] key = key(random);
          buffered.delete(key);
          seen.remove(key);
        }
        default -> {
          byte[] key = key(random);
          // Empty values too: the due index has nothing else.
          byte[] value = new byte[random.nextInt(3)];
          random.nextBytes(value);
          if (seen.put(key, value) == null && random.nextBoolean()) {
            buffered.insert(key, value);
          } else {
            buffered.put(key, value);
          }
        }
      }

      // Then
      byte[] asked = key(random);
      assertThat(buffered.get(asked)).as("seed %d, step %d", seed, step).isEqualTo(seen.get(asked));
      byte[] one = key(random);
      byte[] other = key(random);
      boolean rising = Arrays.compareUnsigned(one, other) <= 0;
      byte[] from = rising ? one : other;
      byte[] to = rising ? other : one;
      assertThat(texts(buffered, from, to))
          .as("seed %d, step %d, %s to %s", seed, step, text(from), text(to))
          .isEqualTo(texts(seen.subMap(from, true, to, false)));
      if (step % 50 == 0) {
        assertThat(texts(base, new byte[0], new byte[] {-1, -1, -1, -1}))
            .as("seed %d, step %d, the base", seed, step)
            .isEqualTo(texts(committed));
      }
    }
  }

  @Test
  void writesShouldReachTheBaseAllOrNotAtAll() {
    // Given
    base.put(bytes(1), bytes(10));
    base.put(bytes(2), bytes(20));

    // When
    buffered.delete(bytes(1));
    buffered.put(bytes(3), bytes(30));
    buffered.discard();
    buffered.put(bytes(2), bytes(21));

    // Then
    assertThat(base.get(bytes(2))).isEqualTo(bytes(20));
    buffered.commit();
    assertThat(texts(base, bytes(0), bytes(9))).containsExactly("01=0a", "02=15");
  }

  @Test
  void whatIsInsertedAndDeletedAgainShouldNeverReachTheBase() {
    // Given
    List<String> deleted = new ArrayList<>();
    BufferedBytes over = new BufferedBytes(recording(deleted));
    over.put(bytes(2), bytes(20));
    over.commit();

    // When
    over.insert(bytes(1), bytes(10));
    over.put(bytes(1), bytes(11));
    over.delete(bytes(1));
    over.delete(bytes(2));
    over.insert(bytes(2), bytes(21));
    over.delete(bytes(2));
    over.commit();

    // Then
    assertThat(deleted).containsExactly("02");
  }

  @Test
  void rangeShouldGoOnOverACommitAndWritesWithWhatIsThereAllTheTime() {
    // Given
    RadixBytes below = new RadixBytes();
    BufferedBytes over = new BufferedBytes(below);
    for (int key = 1; key < 100; key++) {
      (key % 3 == 0 ? below : over).put(bytes(key), bytes(key));
    }
    SortedBytes.Range range = over.range(bytes(0), bytes(120));
    List<String> seen = new ArrayList<>();
    range.next();
    seen.add(text(range.key()));

    // When
    over.commit();
    over.put(bytes(110), bytes(110));
    over.delete(bytes(51));
    while (range.next()) {
      seen.add(text(range.key()));
    }

    // Then
    assertThat(seen).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(98);
    assertThat(texts(over, bytes(0), bytes(120))).hasSize(99);
  }

  @Test
  void rangeThatEndsBeforeItBeginsShouldBeEmpty() {
    // Given
    base.put(bytes(5), bytes(50));
    buffered.put(bytes(6), bytes(60));

    // When // Then
    assertThat(texts(base, bytes(9), bytes(1))).isEmpty();
    assertThat(texts(buffered, bytes(9), bytes(1))).isEmpty();
  }

  @Test
  void rangeShouldHaveAnEntryOnlyAfterNext() {
    // Given
    base.put(bytes(1), bytes(10));
    buffered.put(bytes(2), bytes(20));

    for (SortedBytes store : List.of(base, buffered)) {
      // When
      try (SortedBytes.Range range = store.range(bytes(0), bytes(9))) {
        // Then
        assertThatThrownBy(range::key).isInstanceOf(IllegalStateException.class);
        while (range.next()) {
          assertThat(range.key()).hasSize(1);
        }
        assertThatThrownBy(range::value).isInstanceOf(IllegalStateException.class);
        assertThat(range.next()).isFalse();
      }
    }
  }

  @Test
  void copyShouldStandApart() {
    // Given
    base.put(bytes(1), bytes(10));

    // When
    TreeBytes copy = base.copy();
    base.delete(bytes(1));
    copy.put(bytes(2), bytes(20));

    // Then
    assertThat(base.size()).isZero();
    assertThat(texts(copy, bytes(0), bytes(9))).containsExactly("01=0a", "02=14");
  }

  private static List<String> texts(SortedBytes store, byte[] from, byte[] to) {
    return texts(store.range(from, to));
  }

  private static List<String> texts(SortedBytes.Range range) {
    List<String> texts = new ArrayList<>();
    try (range) {
      while (range.next()) {
        texts.add(text(range.key()) + "=" + text(range.value()));
      }
    }
    return texts;
  }

  private static List<String> texts(Map<byte[], byte[]> map) {
    List<String> texts = new ArrayList<>();
    map.forEach((key, value) -> texts.add(text(key) + "=" + text(value)));
    return texts;
  }

  /** Few enough to meet again, some with bytes that are negative. */
  private static byte[] key(Random random) {
    byte[] key = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(6) * 51);
    }
    return key;
  }

  private static byte[] bytes(int value) {
    return new byte[] {(byte) value};
  }

  /** The base, with its deletions written down. */
  private SortedBytes recording(List<String> deleted) {
    return new SortedBytes() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return base.get(key);
      }

      @Override
      public void put(byte[] key, byte[] value) {
        base.put(key, value);
      }

      @Override
      public void delete(byte[] key) {
        deleted.add(text(key));
        base.delete(key);
      }

      @Override
      public Range range(byte[] from, byte[] to) {
        return base.range(from, to);
      }
    };
  }

  private static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
