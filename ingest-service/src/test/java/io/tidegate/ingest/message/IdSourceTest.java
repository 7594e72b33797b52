package io.tidegate.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class IdSourceTest {
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void idsShouldBeUuidsOfVersionSevenWithTheTime() {
    // When
    UUID id = UUID.fromString(new IdSource(1, 2).next(NOW));

    // Then
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW);
  }

  /** The eighth vector of the reference implementation: key 00 to 0f, message 00 to 07. */
  @Test
  void hashShouldBeSipHash() {
    assertThat(new IdSource(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).hash(0x0706050403020100L))
        .isEqualTo(0x93f5f5799a932462L);
  }

  @Test
  void noIdShouldComeTwiceOfManyThreads() throws Exception {
    // Given
    IdSource source = new IdSource(3, 4);
    Set<String> ids = ConcurrentHashMap.newKeySet();
    Thread[] threads = new Thread[8];

    // When
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 10_000; n++) {
                      ids.add(source.next(NOW));
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }

    // Then
    assertThat(ids).hasSize(80_000);
  }

  @Test
  void instancesShouldHaveOtherIds() {
    // Given
    Set<String> ids = new HashSet<>();

    // When: seeds as alike as may be
    for (int seed = 0; seed < 100; seed++) {
      IdSource source = new IdSource(seed, -seed);
      for (int n = 0; n < 100; n++) {
        ids.add(source.next(NOW));
      }
    }

    // Then
    assertThat(ids).hasSize(10_000);
  }

  @Test
  void everyBitShouldBeAsOftenOneAsZero() {
    // Given
    IdSource source = new IdSource(5, 6);
    int[] ones = new int[64];

    // When
    for (int n = 0; n < 10_000; n++) {
      long low = UUID.fromString(source.next(NOW)).getLeastSignificantBits();
      for (int bit = 0; bit < 62; bit++) {
        ones[bit] += (int) (low >>> bit & 1);
      }
    }

    // Then: six standard deviations, with seeds that are always the same
    for (int bit = 0; bit < 62; bit++) {
      assertThat(ones[bit]).as("bit %d", bit).isBetween(4_700, 5_300);
    }
  }
}
