package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidegate.contract.Urgency;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PressureTest {
  private static final long START = 1_800_000_000_000L;
  private static final int USERS = 20_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "50, 200, 0",
    "51, 0, 0.004",
    "175, 0, 0.5",
    "300, 0, 1",
    "1000, 0, 1",
    "0, 1100, 0.5",
    "0, 2000, 1",
    "0, 60000, 1",
    "175, 2000, 1",
    "300, 1100, 1"
  })
  void pressureOfAWorkerShouldRiseBetweenItsMarks(int permille, int delay, double pressure) {
    assertThat(Pressure.ofWorker(permille, delay)).isEqualTo(pressure, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 0", "5500, 0.5", "10000, 1", "99999, 1"})
  void pressureOfLatenessShouldRiseBetweenItsMarks(double millis, double pressure) {
    assertThat(Pressure.ofLateness(millis)).isEqualTo(pressure, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1",
    "0.1, 0.6, 0.8, 1",
    "0.25, 0.01, 0.5, 1",
    "0.5, 0.01, 0.05, 1",
    "0.75, 0.01, 0.05, 0.55",
    "1, 0.01, 0.05, 0.1"
  })
  void lowUrgenciesShouldSlowFirst(double pressure, double veryLow, double low, double normal) {
    assertThat(Pressure.share(Urgency.VERY_LOW, pressure)).isEqualTo(veryLow, within(1e-9));
    assertThat(Pressure.share(Urgency.LOW, pressure)).isEqualTo(low, within(1e-9));
    assertThat(Pressure.share(Urgency.NORMAL, pressure)).isEqualTo(normal, within(1e-9));
    assertThat(Pressure.share(Urgency.HIGH, pressure)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "VERY_LOW, 0.1",
    "VERY_LOW, 0.2",
    "VERY_LOW, 1",
    "LOW, 0.1",
    "LOW, 0.3",
    "LOW, 1",
    "NORMAL, 0.6",
    "NORMAL, 0.9",
    "NORMAL, 1"
  })
  void inEachSecondAboutTheShareOfUsersShouldRelease(Urgency urgency, double pressure) {
    // Given
    double share = Pressure.share(urgency, pressure);
    double deviation = Math.sqrt(share * (1 - share) / USERS);

    for (int second = 0; second < 20; second++) {
      // When
      long now = START + second * 1_000L + 999;
      int release = 0;
      for (int user = 0; user < USERS; user++) {
        // As the hashes of u0, u1, u2 are: neighbours.
        release += Pressure.turnMillis(urgency, pressure, 5_000 + user, now) == now ? 1 : 0;
      }

      // Then
      assertThat(release / (double) USERS).isEqualTo(share, within(5 * deviation));
    }
  }

  @Test
  void turnsShouldGoRound() {
    // Given ten minutes, in which each user's share is 60 of 600 turns.
    int[] turns = new int[1_000];

    // When
    for (int second = 0; second < 600; second++) {
      long now = START + second * 1_000L;
      for (int user = 0; user < turns.length; user++) {
        turns[user] += Pressure.turnMillis(Urgency.NORMAL, 1, user, now) == now ? 1 : 0;
      }
    }

    // Then
    assertThat(Arrays.stream(turns).boxed())
        .allSatisfy(each -> assertThat(each).isBetween(25, 100));
  }

  @ParameterizedTest
  @EnumSource
  void turnShouldBeInASecondOfTheUsersAndNotFarAhead(Urgency urgency) {
    int early = 0;
    for (int user = 0; user < USERS; user++) {
      for (double pressure : new double[] {0.05, 0.3, 0.6, 1}) {
        // When
        long now = START + user;
        long turn = Pressure.turnMillis(urgency, pressure, user, now);

        // Then
        assertThat(turn).isBetween(now, now + (Pressure.WINDOWS + 1) * Pressure.WINDOW_MILLIS);
        if (turn <= now + (Pressure.WINDOWS - 1) * Pressure.WINDOW_MILLIS) {
          assertThat(Pressure.turnMillis(urgency, pressure, user, turn)).isEqualTo(turn);
          early++;
        }
      }
    }
    assertThat(early).isPositive();
  }

  @Test
  void thoseWhoWaitForTheSameSecondShouldNotGoAtTheSameMoment() {
    // Given
    int[] perTenth = new int[10];

    // When
    int all = 0;
    for (int user = 0; user < USERS; user++) {
      long turn = Pressure.turnMillis(Urgency.LOW, 0.25, user, START);
      if (turn / 1_000 == START / 1_000 + 1) {
        perTenth[(int) (turn % 1_000) / 100]++;
        all++;
      }
    }

    // Then
    int expected = all / 10;
    assertThat(all).isGreaterThan(4_000);
    assertThat(Arrays.stream(perTenth).boxed())
        .allSatisfy(each -> assertThat(each).isBetween(expected * 8 / 10, expected * 12 / 10));
  }

  @Test
  void whoMayReleaseTheLessUrgentShouldReleaseTheMoreUrgent() {
    for (int user = 0; user < USERS; user++) {
      for (double pressure : new double[] {0.05, 0.2, 0.4, 0.8}) {
        long least = Pressure.turnMillis(Urgency.VERY_LOW, pressure, user, START);
        long low = Pressure.turnMillis(Urgency.LOW, pressure, user, START);
        long normal = Pressure.turnMillis(Urgency.NORMAL, pressure, user, START);
        assertThat(low).isLessThanOrEqualTo(least);
        assertThat(normal).isLessThanOrEqualTo(low);
      }
    }
  }

  @Test
  void pressureOnASlotShouldBeItsOwnOrTheLag() {
    // Given
    Pressure pressure = new Pressure(0.3, Map.of(2, 0.7, 5, 0.1));

    // Then
    assertThat(pressure.on(2)).isEqualTo(0.7);
    assertThat(pressure.on(5)).isEqualTo(0.3);
    assertThat(pressure.on(9)).isEqualTo(0.3);
    assertThat(pressure.most()).isEqualTo(0.7);
    assertThat(pressure.isNone()).isFalse();
    assertThat(Pressure.NONE.isNone()).isTrue();
  }
}
