package io.tidegate.ingest.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaysTest {
  private static final long AGE = Duration.ofMinutes(1).toNanos();

  private long now = -5;

  private Replays replays(int most, long bytes) {
    return new Replays(most, bytes, AGE, () -> now);
  }

  private static KeptAnswer answer(int bytes) {
    return new KeptAnswer(new byte[] {1}, 202, "application/json", new byte[bytes]);
  }

  private static void serve(Replays replays, String key, KeptAnswer answer) {
    serve(replays, "acme", key, answer);
  }

  private static void serve(Replays replays, String tenant, String key, KeptAnswer answer) {
    try (Replays.Turn turn = (Replays.Turn) replays.begin(tenant, key)) {
      turn.keep(answer);
    }
  }

  @Test
  void keyShouldBeInFlightUntilTheTurnIsOver() {
    // Given
    Replays replays = replays(10, 10_000);
    Replays.Turn turn = (Replays.Turn) replays.begin("acme", "k");

    // When // Then
    assertThat(replays.begin("acme", "k")).isInstanceOf(Replays.InFlight.class);
    assertThat(replays.begin("rival", "k")).isInstanceOf(Replays.Turn.class);

    // When: nothing was kept
    turn.close();

    // Then
    assertThat(replays.begin("acme", "k")).isInstanceOf(Replays.Turn.class);
  }

  @Test
  void answerShouldBeKeptForItsAge() {
    // Given
    Replays replays = replays(10, 10_000);
    KeptAnswer answer = answer(3);
    serve(replays, "k", answer);

    // When // Then
    now += AGE - 1;
    assertThat(replays.begin("acme", "k")).isEqualTo(new Replays.Answered(answer));
    assertThat(replays.size()).isEqualTo(1);
    now += 1;
    assertThat(replays.begin("acme", "k")).isInstanceOf(Replays.Turn.class);
    assertThat(replays.size()).isZero();
    assertThat(replays.bytes()).isZero();
    assertThat(replays.evicted()).isZero();
  }

  @Test
  void oldestShouldMakeRoomFirst() {
    // Given
    Replays replays = replays(2, 10_000);
    serve(replays, "one", answer(1));
    serve(replays, "two", answer(1));

    // When
    serve(replays, "three", answer(1));

    // Then
    assertThat(replays.begin("acme", "one")).isInstanceOf(Replays.Turn.class);
    assertThat(replays.begin("acme", "two")).isInstanceOf(Replays.Answered.class);
    assertThat(replays.begin("acme", "three")).isInstanceOf(Replays.Answered.class);
    assertThat(replays.evicted()).isEqualTo(1);
  }

  @Test
  void whoHasMostShouldMakeRoomFirst() {
    // Given: the oldest is of a tenant that has little
    Replays replays = replays(4, 100_000);
    serve(replays, "rival", "old", answer(1));

    // When
    for (int i = 0; i < 100; i++) {
      now++;
      serve(replays, "k" + i, answer(1));
    }

    // Then
    assertThat(replays.begin("rival", "old")).isInstanceOf(Replays.Answered.class);
    assertThat(replays.begin("acme", "k96")).isInstanceOf(Replays.Turn.class);
    for (int i = 97; i < 100; i++) {
      assertThat(replays.begin("acme", "k" + i)).isInstanceOf(Replays.Answered.class);
    }
    assertThat(replays.size()).isEqualTo(4);
    assertThat(replays.evicted()).isEqualTo(97);

    // When: it has grown old
    now += AGE - 50;

    // Then: and was the first to be forgotten
    assertThat(replays.begin("rival", "old")).isInstanceOf(Replays.Turn.class);
    assertThat(replays.begin("acme", "k99")).isInstanceOf(Replays.Answered.class);
  }

  @Test
  void answerThatIsTooLargeShouldNotBeKeptAndPushNobodyOut() {
    // Given
    Replays replays = replays(10, 1_000_000);
    serve(replays, "small", answer(1));

    // When
    serve(replays, "large", answer(Replays.MAX_ENTITY_BYTES + 1));

    // Then
    assertThat(replays.begin("acme", "large")).isInstanceOf(Replays.Turn.class);
    assertThat(replays.begin("acme", "small")).isInstanceOf(Replays.Answered.class);
  }

  @Test
  void nothingShouldBeKeptWhereNothingMay() {
    // Given
    Replays replays = replays(0, 1_000_000);

    // When
    serve(replays, "k", answer(1));

    // Then
    assertThat(replays.begin("acme", "k")).isInstanceOf(Replays.Turn.class);
    assertThat(replays.bytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void boundsShouldHoldWhateverComesAndTheYoungestBeThere(long seed) {
    // Given
    RandomGenerator random = new SplittableRandom(seed);
    Replays replays = replays(20, 20_000);
    List<String> order = new ArrayList<>();

    for (int step = 0; step < 2_000; step++) {
      // When
      String key = "k" + random.nextInt(200);
      now += random.nextLong(AGE / 50);
      if (replays.begin("acme", key) instanceof Replays.Turn turn) {
        turn.keep(answer(random.nextInt(3_000)));
        turn.close();
        order.remove(key);
        order.add(key);
      }

      // Then
      assertThat(replays.size()).as("seed %d", seed).isBetween(1, 20);
      assertThat(replays.bytes()).isBetween((long) Replays.OVERHEAD_BYTES, 20_000L);
      assertThat(replays.begin("acme", order.getLast())).isInstanceOf(Replays.Answered.class);
    }
    assertThat(replays.evicted()).isPositive();
  }
}
