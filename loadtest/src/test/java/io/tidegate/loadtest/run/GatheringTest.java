package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.report.Distribution;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GatheringTest {
  private final Gathering two = new Gathering(2);

  @Test
  void aSecondIsWholeWhenAllHaveToldIt() {
    assertThat(two.add(0, second(1, 10))).isEmpty();
    assertThat(two.add(0, second(2, 20))).isEmpty();
    assertThat(two.add(1, second(1, 5))).containsExactly(second(1, 15));
    assertThat(two.add(1, second(2, 5))).containsExactly(second(2, 25));
  }

  @Test
  void nobodyWaitsForWhoHasEnded() {
    assertThat(two.add(0, second(1, 10))).isEmpty();
    assertThat(two.add(0, second(2, 20))).isEmpty();
    assertThat(two.ended(1)).isEqualTo(List.of(second(1, 10), second(2, 20)));
    assertThat(two.add(0, second(3, 30))).containsExactly(second(3, 30));
    assertThat(two.ended(0)).isEmpty();
  }

  private static Seconds.Last second(int second, long count) {
    return new Seconds.Last(
        second, count, count, count, count, Distribution.EMPTY, Distribution.EMPTY);
  }
}
