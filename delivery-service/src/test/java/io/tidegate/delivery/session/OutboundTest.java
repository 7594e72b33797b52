package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboundTest {
  @Test
  void whatWaitsShouldBeThatOfAllLoops() {
    // Given
    Outbound outbound = new Outbound(1_000, 2);

    // When
    outbound.part(0).change(0, 600);
    outbound.part(1).change(0, 400);
    boolean atTheBound = outbound.isOver();
    outbound.part(1).change(400, 401);

    // Then
    assertThat(atTheBound).isFalse();
    assertThat(outbound.isOver()).isTrue();
    assertThat(outbound.waiting()).isEqualTo(1_001);
  }

  @Test
  void shareShouldBeThatOfThoseForWhomSomethingWaits() {
    // Given
    Outbound outbound = new Outbound(1_000, 2);

    // When
    outbound.part(0).change(0, 10);
    outbound.part(0).change(0, 10);
    outbound.part(1).change(0, 10);
    outbound.part(1).change(0, 10);
    outbound.part(1).change(10, 0);
    outbound.part(0).change(10, 20);

    // Then
    assertThat(outbound.share()).isEqualTo(333);
  }

  @Test
  void shareShouldBeAllWhereNothingWaits() {
    assertThat(new Outbound(1_000, 2).share()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void someoneShouldBeAboveItsShareWheneverTooMuchWaits(long seed) {
    Random random = new Random(seed);
    long[] waiting = new long[20];
    Outbound outbound = new Outbound(5_000, 3);
    for (int step = 0; step < 10_000; step++) {
      int client = random.nextInt(waiting.length);
      long now = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000);
      outbound.part(client % 3).change(waiting[client], now);
      waiting[client] = now;

      long sum = 0;
      long most = 0;
      for (long bytes : waiting) {
        sum += bytes;
        most = Math.max(most, bytes);
      }
      assertThat(outbound.waiting()).as("seed %s, step %s", seed, step).isEqualTo(sum);
      if (outbound.isOver()) {
        assertThat(most).as("seed %s, step %s", seed, step).isGreaterThan(outbound.share());
      }
    }
  }
}
