package io.tidegate.ingest.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.rate.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void whoseSmallRateIsUsedUpShouldComeAsALargerOneSaysOnceThatIsSet() {
    // Given
    Rate small = Rate.parse("2/24h");
    Rate large = Rate.parse("1000/1s");
    Usage usage = new Usage();
    usage.take(small, 0);
    usage.take(small, 0);
    long before = usage.waitNanos(small, 0, 1);

    // When
    long first = usage.waitNanos(large, SECOND, 1);
    long aSecondLater = usage.waitNanos(large, 2 * SECOND, 1);

    // Then
    assertThat(before).isGreaterThan(Duration.ofHours(11).toNanos());
    assertThat(first).isLessThanOrEqualTo(SECOND);
    assertThat(aSecondLater).isLessThanOrEqualTo(0);
  }
}
