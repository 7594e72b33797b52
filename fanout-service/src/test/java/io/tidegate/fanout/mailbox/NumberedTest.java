package io.tidegate.fanout.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberedTest {
  private static final UserKey ALICE = new UserKey("default", "alice");

  private final Counting store = new Counting();
  private final Numbered numbered =
      new Numbered(
          store,
          number -> Keys.released(ALICE, number),
          value -> Entry.parse(value, NumberedTest::nothingShared));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readShouldFindWhatARangeWouldWhateverTheGaps(long seed) {
    // Given
    Random random = new Random(seed);
    TreeSet<Long> numbers = new TreeSet<>();
    for (long number = 0; number < 2_000; number += 1 + random.nextInt(seed % 2 == 0 ? 3 : 60)) {
      numbers.add(number);
      put(number, 1);
    }

    for (int i = 0; i < 200; i++) {
      long from = random.nextInt(2_000);
      long to = from + random.nextInt(500);
      int limit = 1 + random.nextInt(40);

      // When
      List<Long> found = numbers(numbered.read(from, to, limit, Long.MAX_VALUE));

      // Then
      assertThat(found)
          .as("seed %d: %d to %d, at most %d", seed, from, to, limit)
          .isEqualTo(numbers.subSet(from, to).stream().limit(limit).toList());
    }
  }

  @Test
  void entriesInARowShouldNeedNoRange() {
    // Given
    for (long number = 5; number < 15; number++) {
      put(number, 1);
    }

    // When
    List<Mailbox.Located> found = numbered.read(5, 15, 100, Long.MAX_VALUE);

    // Then
    assertThat(found).hasSize(10);
    assertThat(store.gets).isEqualTo(10);
    assertThat(store.ranges).isZero();
  }

  @Test
  void longGapShouldBeCrossedAtOnce() {
    // Given
    put(1, 1);
    put(1_000_000, 1);

    // When
    List<Mailbox.Located> found = numbered.read(1, 2_000_000, 100, Long.MAX_VALUE);

    // Then
    assertThat(numbers(found)).containsExactly(1L, 1_000_000L);
    assertThat(store.gets + store.ranges).isLessThan(50);
  }

  @Test
  void readShouldEndWithTheEntryThatReachesTheBytes() {
    // Given
    for (long number = 0; number < 10; number++) {
      put(number, 100);
    }

    // When // Then
    assertThat(numbers(numbered.read(0, 10, 100, 201))).containsExactly(0L, 1L, 2L);
    assertThat(numbers(numbered.read(0, 10, 100, 200))).containsExactly(0L, 1L);
  }

  private void put(long number, int bytes) {
    Message message =
        new Message(
            "m" + number,
            "/test",
            "test",
            0,
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            "x".repeat(bytes).getBytes(UTF_8));
    store.put(Keys.released(ALICE, number), new Entry(number, 0, message, 0).toBytes());
  }

  private static List<Long> numbers(List<Mailbox.Located> found) {
    return found.stream().map(each -> Keys.number(each.key())).toList();
  }

  /** Counts how often it is asked. */
  private static final class Counting implements SortedBytes {
    private final TreeBytes tree = new TreeBytes();
    private int gets;
    private int ranges;

    @Override
    public byte @Nullable [] get(byte[] key) {
      gets++;
      return tree.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
      tree.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
      tree.delete(key);
    }

    @Override
    public Range range(byte[] from, byte[] to) {
      ranges++;
      return tree.range(from, to);
    }
  }

  private static Message nothingShared(long id) {
    throw new AssertionError("shared message " + id);
  }
}
