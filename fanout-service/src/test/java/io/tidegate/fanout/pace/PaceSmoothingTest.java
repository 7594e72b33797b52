package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceSmoothingTest {
  private static final long NIGHT = Instant.parse("2026-11-27T23:00:00Z").toEpochMilli();
  private static final long MORNING = Instant.parse("2026-11-28T07:00:00Z").toEpochMilli();
  private static final long MINUTE = 60_000;

  private static final Pace PACE =
      Pace.of(
          Policy.parse(
              """
              {"quiet_hours":[{"from":"22:00","until":"07:00"}],"smoothing":"PT1M",
               "bypass":{"low":["quiet_hours"]}}\
              """));

  @Test
  void releaseShouldBeSpreadEvenlyOverTheUsers() {
    // Given
    int users = 60_000;
    int[] perSecond = new int[60];

    // When
    for (int user = 0; user < users; user++) {
      perSecond[(int) ((turn(PACE, user, Urgency.NORMAL) - MORNING) / 1_000)]++;
    }

    // Then
    for (int inSecond : perSecond) {
      assertThat(inSecond).isBetween(900, 1_100);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void urgentShouldGoFirstAndTheTurnShouldBeTheSameEachTime(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      // Given
      int user = random.nextInt();

      // When
      long normal = turn(PACE, user, Urgency.NORMAL);
      long veryLow = turn(PACE, user, Urgency.VERY_LOW);

      // Then
      assertThat(turn(PACE, user, Urgency.HIGH)).isEqualTo(MORNING);
      assertThat(normal).as("user %d", user).isBetween(MORNING, MORNING + MINUTE - 1);
      assertThat(veryLow - MORNING).isBetween(3 * (normal - MORNING), 3 * (normal - MORNING) + 2);
      assertThat(turn(PACE, user, Urgency.NORMAL)).isEqualTo(normal);
    }
  }

  @Test
  void turnShouldBeAnotherEachDay() {
    // Given
    PaceState state = new PaceState();
    long day = 86_400_000;

    // When
    long first = turn(PACE, 7, Urgency.NORMAL) - MORNING;
    Verdict next = PACE.open(state, 7, NIGHT + day).check(Urgency.NORMAL, null, 1, NIGHT + day);

    // Then
    assertThat(((Verdict.Wait) next).untilMillis() - MORNING - day).isNotEqualTo(first);
  }

  @Test
  void whatComesBeforeItsTurnShouldWaitForItTooUnlessItBypasses() {
    // Given
    int user = 7;
    long turn = turn(PACE, user, Urgency.NORMAL);
    PaceState state = new PaceState();

    // When
    PushGate morning = PACE.open(state, user, MORNING);

    // Then
    assertThat(morning.check(Urgency.NORMAL, null, 1, MORNING))
        .isEqualTo(new Verdict.Wait("smoothing", Cause.SMOOTHING, turn));
    assertThat(morning.check(Urgency.LOW, null, 1, MORNING)).isEqualTo(Verdict.GO);
    assertThat(PACE.open(state, user, turn - 1).check(Urgency.NORMAL, null, 1, MORNING))
        .isInstanceOf(Verdict.Wait.class);
    assertThat(PACE.open(state, user, turn).check(Urgency.NORMAL, null, 1, MORNING))
        .isEqualTo(Verdict.GO);
  }

  @Test
  void halfOfAShortFreeTimeShouldBeLeft() {
    // Given
    Pace tenMinutes =
        Pace.of(
            Policy.parse(
                """
                {"quiet_hours":[{"from":"07:10","until":"07:00"}],"smoothing":"PT1H"}\
                """));

    for (int user = 0; user < 1_000; user++) {
      // When
      long turn = turn(tenMinutes, user, Urgency.VERY_LOW);

      // Then
      assertThat(turn).isBetween(MORNING, MORNING + 5 * MINUTE - 1);
    }
  }

  /** When a message that came at night goes. */
  private static long turn(Pace pace, int user, Urgency urgency) {
    Verdict verdict = pace.open(new PaceState(), user, NIGHT).check(urgency, null, 1, NIGHT);
    return ((Verdict.Wait) verdict).untilMillis();
  }
}
