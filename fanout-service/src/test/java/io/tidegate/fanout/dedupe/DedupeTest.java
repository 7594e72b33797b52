package io.tidegate.fanout.dedupe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DedupeTest {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final long START = 1_800_000_000_000L;
  private static final long HORIZON = 10_000;

  private final Dedupe dedupe = new Dedupe(Duration.ofMillis(HORIZON));
  private final TreeBytes store = new TreeBytes();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void idShouldBeKnownForTheHorizonAndNoLonger(long seed) {
    // Given
    record Id(UserKey user, String id) {}
    Random random = new Random(seed);
    Map<Id, Long> remembered = new HashMap<>();
    long now = START;

    for (int i = 0; i < 5_000; i++) {
      now += random.nextLong(HORIZON / 10);
      UserKey user = new UserKey("default", "u" + random.nextInt(3));
      String id = "m" + random.nextInt(100);

      // When
      boolean known = dedupe.knows(store, user.toBytes(), "/app", id, now);

      // Then
      Long since = remembered.get(new Id(user, id));
      long age = since == null ? Long.MAX_VALUE : now - since;
      if (age <= HORIZON) {
        assertThat(known).as("seed %d: age %d", seed, age).isTrue();
      } else {
        assertThat(known).as("seed %d: age %d", seed, age).isFalse();
      }
      if (!known) {
        dedupe.isRepeated(store, user.toBytes(), "/app", id, now);
        remembered.put(new Id(user, id), now);
      }
      // Purging may come at any time and changes nothing that is still known.
      if (random.nextInt(10) == 0) {
        dedupe.purge(store, now, 1 + random.nextInt(20));
      }
    }
  }

  @Test
  void idShouldBeKnownAfterTheClockWasSetBack() {
    // Given
    dedupe.isRepeated(store, ALICE.toBytes(), "/app", "m1", START);

    // When // Then
    assertThat(dedupe.knows(store, ALICE.toBytes(), "/app", "m1", START - HORIZON)).isTrue();
  }

  @Test
  void idShouldBeRepeatedWhereItIsTheSameOwnersAndSources() {
    // Given
    boolean first = dedupe.isRepeated(store, ALICE.toBytes(), "/app", "m1", START);

    // When // Then
    assertThat(first).isFalse();
    assertThat(dedupe.isRepeated(store, ALICE.toBytes(), "/app", "m1", START)).isTrue();
    assertThat(dedupe.knows(store, ALICE.toBytes(), "/app", "m2", START)).isFalse();
    assertThat(dedupe.knows(store, ALICE.toBytes(), "/ap", "pm1", START)).isFalse();
    assertThat(dedupe.knows(store, "default/alic".getBytes(UTF_8), "e/app", "m1", START)).isFalse();
  }

  @Test
  void idShouldTakeLittleRoomHoweverLongItIs() {
    // When
    dedupe.isRepeated(store, ALICE.toBytes(), "/app".repeat(60), "m".repeat(128), START);

    // Then
    try (SortedBytes.Range all = store.range(new byte[0], new byte[] {(byte) 0xFF})) {
      assertThat(all.next()).isTrue();
      assertThat(all.key()).hasSize(17);
      assertThat(all.value()).hasSize(8);
    }
  }

  @Test
  void purgeShouldBeBoundedAndLeaveWhatIsStillKnown() {
    // Given
    for (int i = 0; i < 5; i++) {
      dedupe.isRepeated(store, ALICE.toBytes(), "/app", "old" + i, START);
    }
    dedupe.isRepeated(store, ALICE.toBytes(), "/app", "new", START + 2 * HORIZON);

    // When
    int tooEarly = dedupe.purge(store, START + HORIZON, 100);
    int first = dedupe.purge(store, START + 2 * HORIZON, 3);
    int rest = dedupe.purge(store, START + 2 * HORIZON, 3);
    int nothing = dedupe.purge(store, START + 2 * HORIZON, 3);

    // Then
    assertThat(tooEarly).isZero();
    assertThat(first).isBetween(2, 3);
    assertThat(first + rest).isEqualTo(5);
    assertThat(nothing).isZero();
    assertThat(store.size()).isEqualTo(1);
    assertThat(dedupe.knows(store, ALICE.toBytes(), "/app", "new", START + 3 * HORIZON)).isTrue();
  }

  @Test
  void purgeShouldComeToEveryIdInRoundsHoweverFewItLooksAt() {
    // Given
    for (int i = 0; i < 100; i++) {
      dedupe.isRepeated(store, ALICE.toBytes(), "/app", "m" + i, START + i);
    }

    // When
    int purged = 0;
    for (int call = 0; call < 40; call++) {
      purged += dedupe.purge(store, START + HORIZON + 50, 7);
      dedupe.isRepeated(store, ALICE.toBytes(), "/app", "late" + call, START + HORIZON + 50);
    }

    // Then
    assertThat(purged).isEqualTo(50);
    assertThat(store.size()).isEqualTo(50 + 40);
  }

  @Test
  void idOfAnOlderVersionShouldBePurgedAndHarmNothing() {
    // Given
    byte[] bucketAndHash = new byte[24];
    store.put(Keys.dedupe(bucketAndHash), new byte[0]);

    // When // Then
    assertThat(dedupe.purge(store, START, 100)).isEqualTo(1);
    assertThat(store.size()).isZero();
  }

  @Test
  void purgeShouldEmptyTheStoreInTheEnd() {
    // Given
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      dedupe.isRepeated(
          store, ALICE.toBytes(), "/app", "m" + i, START + random.nextLong(50 * HORIZON));
    }

    // When
    int purged = dedupe.purge(store, START + 52 * HORIZON, Integer.MAX_VALUE);

    // Then
    assertThat(purged).isEqualTo(500);
    assertThat(store.size()).isZero();
  }

  @Test
  void timesNearTheEpochShouldDoNoHarm() {
    // When
    dedupe.isRepeated(store, ALICE.toBytes(), "/app", "m1", 0);

    // Then
    assertThat(dedupe.knows(store, ALICE.toBytes(), "/app", "m1", HORIZON)).isTrue();
    assertThat(dedupe.purge(store, HORIZON, 10)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.999S", "PT-1S", "P367D"})
  void illegalHorizonShouldBeRefusedNamingFieldAndReason(Duration horizon) {
    assertThatThrownBy(() -> new Dedupe(horizon))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dedupeHorizon: want PT1S to P366D, got " + horizon);
  }
}
