package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StrainTest {
  /** Close to the end of the range, where a comparison of instants instead of distances fails. */
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

  private final Strain strain = new Strain(TimeUnit.MILLISECONDS.toNanos(100), 2);

  @Test
  void loopOnTimeShouldHaveNoDelay() {
    // Given
    for (long i = 0; i < 50; i++) {
      strain.tick(at(i * 100));
    }

    // Then
    assertThat(strain.takeDelayMillis(at(4_950))).isZero();
  }

  @Test
  void worstDelayShouldBeToldOnce() {
    // Given
    strain.tick(at(0));
    strain.tick(at(450));
    // Those that were missed follow at once.
    strain.tick(at(450));
    strain.tick(at(450));
    strain.tick(at(450));
    strain.tick(at(500));

    // Then
    assertThat(strain.takeDelayMillis(at(510))).isEqualTo(350);
    assertThat(strain.takeDelayMillis(at(520))).isZero();
  }

  @Test
  void loopThatHangsShouldHaveTheDelayOfTheTickThatIsToCome() {
    // Given
    strain.tick(at(0));

    // Then
    assertThat(strain.takeDelayMillis(at(50))).isZero();
    assertThat(strain.takeDelayMillis(at(3_100))).isEqualTo(3_000);
    assertThat(strain.takeDelayMillis(at(4_100))).isEqualTo(4_000);
  }

  @Test
  void firstTickThatCameLateShouldNotHideLaterDelays() {
    // Given
    strain.tick(at(70));
    strain.tick(at(100));
    strain.tick(at(230));

    // Then
    assertThat(strain.takeDelayMillis(at(230))).isEqualTo(30);
  }

  @Test
  void loopThatHasNotBegunShouldHaveNoDelay() {
    assertThat(strain.takeDelayMillis(at(9_000))).isZero();
  }

  @Test
  void connectionsShouldBeCountedOncePerRound() {
    // Given
    strain.looked(0, 3, 1);
    strain.looked(1, 4, 2);

    // When
    strain.looked(0, 5, 0);

    // Then
    assertThat(strain.attached()).isEqualTo(9);
    assertThat(strain.clogged()).isEqualTo(2);
  }

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
