package io.tidegate.fanout.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a plain tree, with keys that share beginnings, end in others, and part everywhere. */
class RadixBytesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int STEPS = 40_000;

  private final RadixBytes radix = new RadixBytes();
  private final NavigableMap<byte[], byte[]> plain = new TreeMap<>(Arrays::compareUnsigned);

  @ParameterizedTest
  @CsvSource({
    // How many bytes differ, and how long a key may be: crowded forks, deep ones, and both.
    "1, 2, 8",
    "2, 3, 5",
    "3, 256, 2",
    "4, 60, 3",
    "5, 2, 200",
    "6, 256, 3",
    "7, 40, 2"
  })
  void shouldBeAsAPlainTreeIs(long seed, int alphabet, int longest) {
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      // When
      byte[] key = key(random, alphabet, longest);
      // Grows to a few thousand keys and shrinks to none, several times.
      boolean shrinks = step / 5_000 % 2 == 1;
      if (random.nextInt(10) < (shrinks ? 3 : 7)) {
        byte[] value = {(byte) step, (byte) (step >> 8)};
        radix.put(key, value);
        plain.put(key, value);
      } else if (shrinks && !plain.isEmpty() && random.nextBoolean()) {
        byte[] near = plain.ceilingKey(key);
        byte[] there = near == null ? plain.firstKey() : near;
        radix.delete(there);
        plain.remove(there);
      } else {
        radix.delete(key);
        plain.remove(key);
      }

      // Then
      byte[] asked = key(random, alphabet, longest);
      assertThat(radix.get(asked)).as("step %d", step).isEqualTo(plain.get(asked));
      assertThat(radix.size()).as("step %d", step).isEqualTo(plain.size());
      if (step % 100 == 0) {
        byte[] one = key(random, alphabet, longest);
        byte[] other = key(random, alphabet, longest);
        assertThat(texts(radix.range(one, other)))
            .as("step %d, %s to %s", step, HEX.formatHex(one), HEX.formatHex(other))
            .isEqualTo(within(one, other));
      }
    }
    byte[] all = new byte[longest + 1];
    Arrays.fill(all, (byte) -1);
    assertThat(texts(radix.range(new byte[0], all))).isEqualTo(within(new byte[0], all));
  }

  @Test
  void everythingDeletedShouldLeaveNothing() {
    // Given
    Random random = new Random(8);
    for (int i = 0; i < 100_000; i++) {
      byte[] key = new byte[3];
      random.nextBytes(key);
      radix.put(key, key);
      plain.put(key, key);
    }

    // When
    plain.keySet().forEach(radix::delete);

    // Then
    assertThat(radix.size()).isZero();
    assertThat(texts(radix.range(new byte[0], new byte[] {-1, -1, -1, -1}))).isEmpty();
  }

  @Test
  void rangeShouldShowWhatIsThereAllTheTimeWhateverElseChanges() {
    // Given
    TreeSet<String> stays = new TreeSet<>();
    Random random = new Random(9);
    for (int i = 0; i < 3_000; i++) {
      byte[] key = key(random, 200, 4);
      radix.put(key, key);
      if (key.length % 2 == 0) {
        stays.add(HEX.formatHex(key));
      }
    }

    // When
    List<String> seen = new ArrayList<>();
    SortedBytes.Range range = radix.range(new byte[0], new byte[] {-1, -1, -1, -1, -1});
    while (range.next()) {
      seen.add(HEX.formatHex(range.key()));
      byte[] other = key(random, 200, 4);
      if (other.length % 2 == 1) {
        radix.delete(other);
      } else if (!stays.contains(HEX.formatHex(other))) {
        radix.put(other, other);
      }
    }

    // Then
    assertThat(seen).isSorted().doesNotHaveDuplicates().containsAll(stays);
  }

  private static byte[] key(Random random, int alphabet, int longest) {
    byte[] key = new byte[random.nextInt(longest + 1)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(alphabet) - alphabet / 2);
    }
    return key;
  }

  private List<String> within(byte[] from, byte[] to) {
    List<String> texts = new ArrayList<>();
    if (Arrays.compareUnsigned(from, to) < 0) {
      for (Map.Entry<byte[], byte[]> each : plain.subMap(from, true, to, false).entrySet()) {
        texts.add(HEX.formatHex(each.getKey()) + "=" + HEX.formatHex(each.getValue()));
      }
    }
    return texts;
  }

  private static List<String> texts(SortedBytes.Range range) {
    List<String> texts = new ArrayList<>();
    while (range.next()) {
      texts.add(HEX.formatHex(range.key()) + "=" + HEX.formatHex(range.value()));
    }
    return texts;
  }
}
