package io.tidegate.loadtest.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RetryTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Retry retry = new Retry(TimeUnit.SECONDS.toNanos(60));

  @Test
  void whatIsForNowComesAgainWhenItMay() {
    assertThat(at(503, "2", 0)).isEqualTo(2_000);
    assertThat(at(429, "7", 1_000)).isEqualTo(8_000);
    assertThat(at(500, null, 0)).isEqualTo(250);
    assertThat(at(0, null, 0)).isEqualTo(250);
    assertThat(at(408, "soon", 0)).isEqualTo(250);
    assertThat(at(503, "0", 0)).isEqualTo(250);
    assertThat(at(503, "999999", 0)).isEqualTo(30_000);
  }

  @Test
  void whatIsForGoodDoesNot() {
    for (int status : new int[] {400, 401, 403, 409, 413, 422, 404}) {
      assertThat(at(status, "1", 0)).as("status %d", status).isEqualTo(Retry.NEVER);
    }
  }

  @Test
  void patienceEnds() {
    assertThat(at(503, "2", 57_999)).isEqualTo(59_999);
    assertThat(at(503, "2", 58_001)).isEqualTo(Retry.NEVER);
    long due = 100_000 * MILLI;
    assertThat(retry.at(503, "2", due, due + 5 * MILLI)).isEqualTo(due + 2_005 * MILLI);
    assertThat(new Retry(0).at(503, "1", 0, 0)).isEqualTo(Retry.NEVER);
  }

  private long at(int status, @Nullable String retryAfter, long nowMillis) {
    long at = retry.at(status, retryAfter, 0, nowMillis * MILLI);
    return at == Retry.NEVER ? at : at / MILLI;
  }
}
