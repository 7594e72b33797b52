package io.tidegate.fanout.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DelaysTest {
  @Test
  void percentilesShouldBeDelaysThatThereWere() {
    // When
    Delays delays = of(LongStream.rangeClosed(1, 5_000).map(each -> 5_001 - each).toArray());

    // Then
    assertThat(delays.p50Millis()).isEqualTo(2_500);
    assertThat(delays.p90Millis()).isEqualTo(4_500);
    assertThat(delays.p99Millis()).isEqualTo(4_950);
    assertThat(delays.maxMillis()).isEqualTo(5_000);
  }

  @Test
  void oneDelayShouldBeAllPercentiles() {
    assertThat(of(70))
        .extracting("p50Millis", "p90Millis", "p99Millis", "maxMillis")
        .containsOnly(70L);
  }

  @Test
  void noneShouldBeZero() {
    // When
    Delays none = of();

    // Then
    assertThat(none.maxMillis()).isZero();
    assertThat(none.histogram()).hasSize(9).allMatch(bucket -> bucket.messages() == 0);
  }

  @Test
  void boundsShouldBeInclusive() {
    // Given
    long day = Duration.ofDays(1).toMillis();

    // When
    Delays delays = of(0, 100, 101, 1_000, 1_001, 3_600_000, day, day + 1);

    // Then
    assertThat(delays.histogram().stream().map(Delays.Bucket::messages))
        .containsExactly(2L, 2L, 1L, 0L, 0L, 1L, 0L, 1L, 1L);
    assertThat(delays.histogram().getFirst().upTo()).isEqualTo(Duration.ofMillis(100));
    assertThat(delays.histogram().getLast().upTo()).isNull();
  }

  private static Delays of(long... millis) {
    Delays.Collector collector = new Delays.Collector();
    for (long each : millis) {
      collector.add(each);
    }
    return collector.delays();
  }
}
