package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.fanout.store.TreeBytes;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshEpochsTest {
  @Test
  void sameRecordShouldGiveTheSameEpochOfTheSameStore() {
    // Given
    TreeBytes store = new TreeBytes();
    long before = new FreshEpochs(store, () -> 11).at(0, 1, 2);

    // When
    long after = new FreshEpochs(store, () -> 12).at(0, 1, 2);

    // Then
    assertThat(after).isEqualTo(before);
  }

  @Test
  void sameRecordShouldGiveAnotherEpochOfANewStore() {
    // When
    long one = new FreshEpochs(new TreeBytes(), () -> 11).at(0, 1, 2);
    long other = new FreshEpochs(new TreeBytes(), () -> 12).at(0, 1, 2);

    // Then
    assertThat(other).isNotEqualTo(one);
  }

  @Test
  void everyRecordShouldGiveItsOwnEpoch() {
    // Given
    FreshEpochs epochs = new FreshEpochs(new TreeBytes(), () -> 11);
    Set<Long> seen = new HashSet<>();

    // When
    for (int source = 0; source < 4; source++) {
      for (int partition = 0; partition < 12; partition++) {
        for (long offset = 0; offset < 1_000; offset++) {
          seen.add(epochs.at(source, partition, offset));
        }
      }
    }

    // Then
    assertThat(seen).hasSize(4 * 12 * 1_000);
  }
}
