package io.tidegate.loadtest.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.4, 1.5, 7, 100, 333, 4_000, 49_000})
  void theHighestRateThatHoldsIsFoundWithinATenth(double capacity) {
    Search search = new Search(100, 50_000, 0.1);
    int steps = 0;
    while (!search.isOver()) {
      search.tried(search.next() <= capacity);
      steps++;
    }

    assertThat(search.held()).isBetween(capacity * 0.9, capacity);
    assertThat(steps).isLessThanOrEqualTo(Search.MOST_STEPS);
  }

  @Test
  void aRateIsDoubledUntilOneFailsAndThenHalvedByTheRatio() {
    Search search = new Search(100, 50_000, 0.1);
    List<Long> tried = new ArrayList<>();
    while (!search.isOver()) {
      tried.add(Math.round(search.next()));
      search.tried(search.next() <= 300);
    }

    assertThat(tried).containsExactly(100L, 200L, 400L, 283L, 336L, 308L, 308L);
  }

  /** It is slower at first, as a service is that has just begun. */
  @Test
  void whatDidNotHoldAtFirstIsTriedAgain() {
    Search search = new Search(100, 50_000, 0.1);
    int steps = 0;
    while (!search.isOver()) {
      steps++;
      search.tried(search.next() <= (steps < 6 ? 300 : 3_000));
    }

    assertThat(search.held()).isBetween(3_000 * 0.9, 3_000.0);
    assertThat(search.failed()).isBetween(3_000.0, 3_000 / 0.9);
  }

  @Test
  void whereNothingHoldsItEndsAtTheLeast() {
    Search search = new Search(100, 50_000, 0.1);
    while (!search.isOver()) {
      search.tried(false);
    }

    assertThat(search.held()).isZero();
  }

  @Test
  void whereEverythingHoldsItEndsAtTheMost() {
    Search search = new Search(100, 1_000, 0.1);
    while (!search.isOver()) {
      assertThat(search.next()).isLessThanOrEqualTo(1_000);
      search.tried(true);
    }

    assertThat(search.held()).isEqualTo(1_000);
  }
}
