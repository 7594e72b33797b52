package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import org.junit.jupiter.api.Test;

final class ComebackTest {
  private static final long SECOND = 1_000_000_000L;

  private final Comeback comeback = new Comeback(new Backoff(SECOND, 60 * SECOND), () -> 0.999_999);

  @Test
  void pauseShouldGrowUntilASessionIsAttached() {
    assertThat(comeback.nanos(CloseCode.OVERLOADED)).isBetween(SECOND, 2 * SECOND);
    assertThat(comeback.nanos(CloseCode.ATTACH_TIMEOUT)).isBetween(3 * SECOND, 4 * SECOND);
    comeback.attached();
    assertThat(comeback.nanos(CloseCode.FENCED)).isBetween(SECOND, 2 * SECOND);
  }

  @Test
  void whoWasReplacedShouldComeAgainButNotSoon() {
    assertThat(comeback.nanos(CloseCode.REPLACED)).isBetween(11 * SECOND, 12 * SECOND);
  }

  @Test
  void whoIsGoneShouldComeAgainOnlyIfThatIsForgotten() {
    comeback.disabled();
    assertThat(comeback.nanos(CloseCode.NORMAL)).isGreaterThan(60 * SECOND);
  }

  @Test
  void closedWorkerShouldBeAskedAgainSoon() {
    assertThat(comeback.whileClosedNanos()).isBetween(SECOND, 2 * SECOND);
  }
}
