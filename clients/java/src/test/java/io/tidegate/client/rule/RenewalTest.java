package io.tidegate.client.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenewalTest {
  @ParameterizedTest
  @CsvSource({"3600000,3540000", "60000,30000", "9000,5000", "5000,-1"})
  void anotherTokenShouldBeGotAMinuteBeforeTheEndOrHalfWayThere(long expires, long delay) {
    assertThat(new Renewal().answered(expires)).isEqualTo(delay);
  }

  @Test
  void whereNoneCouldBeHadItShouldBeTriedAgainInWhatIsLeft() {
    Renewal renewal = new Renewal();
    assertThat(renewal.isAnswered()).isFalse();
    assertThat(renewal.answered(3_600_000)).isEqualTo(3_540_000);
    assertThat(renewal.isAnswered()).isTrue();

    for (long delay : new long[] {30_000, 15_000, 7_500, 5_000, Renewal.TOO_SOON}) {
      assertThat(renewal.again()).isEqualTo(delay);
    }
  }

  @Test
  void tokensShouldKeep5SecondsApart() {
    Renewal renewal = new Renewal();
    assertThat(renewal.mayShow(0)).isTrue();
    assertThat(renewal.mayShow(4_999)).isFalse();
    assertThat(renewal.mayShow(5_000)).isTrue();
  }
}
