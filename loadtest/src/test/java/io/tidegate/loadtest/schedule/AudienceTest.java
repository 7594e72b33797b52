package io.tidegate.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Receivers.Kind;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AudienceTest {
  @Test
  void usersTakeTurns() {
    Audience audience = new Audience(new Receivers(Kind.USER, 3, 2, 1, 3, 0), 1);

    assertThat(IntStream.range(0, 7).map(audience::choice)).containsExactly(0, 2, 1, 0, 2, 1, 0);
    assertThat(IntStream.range(0, 4).map(audience::firstDevice)).containsExactly(0, 4, 2, 0);
    assertThat(audience.perMessage()).isEqualTo(2);
  }

  @Test
  void eachHasATurnBeforeAnyHasTwo() {
    for (int users : new int[] {1, 2, 4, 5, 6, 10, 97, 100, 1_000, 2_000, 199_999}) {
      Audience audience = new Audience(new Receivers(Kind.USER, users, 1, 1, users, 0), 1);
      assertThat(IntStream.range(0, users).map(audience::choice).distinct().count())
          .as("%d users", users)
          .isEqualTo(users);
      assertThat(audience.choice(users)).isEqualTo(audience.choice(0));
    }
  }

  @Test
  void membersOfAGroupFollowEachOther() {
    Audience audience = new Audience(new Receivers(Kind.GROUP, 20, 2, 3, 5, 0), 1);

    assertThat(IntStream.range(0, 4).map(audience::firstDevice)).containsExactly(0, 20, 10, 0);
    assertThat(audience.perMessage()).isEqualTo(10);
  }

  @Test
  void allAreAll() {
    Audience audience = new Audience(new Receivers(Kind.ALL, 20, 2, 1, 20, 0), 1);

    assertThat(audience.firstDevice(7)).isZero();
    assertThat(audience.perMessage()).isEqualTo(40);
  }

  @Test
  void zipfsFirstsComeAsOftenAsTheLawSays() {
    int users = 10_000;
    int messages = 200_000;
    Audience audience = new Audience(new Receivers(Kind.USER, users, 1, 1, users, 1), 42);
    int[] counts = new int[users];
    for (int n = 0; n < messages; n++) {
      counts[audience.choice(n)]++;
    }

    double sum = IntStream.rangeClosed(1, users).mapToDouble(rank -> 1.0 / rank).sum();
    for (int rank : new int[] {1, 2, 5, 10}) {
      assertThat((double) counts[rank - 1])
          .as("rank %d", rank)
          .isBetween(0.95 * messages / sum / rank, 1.05 * messages / sum / rank);
    }
    // Also beyond those that are looked at first.
    long tail = IntStream.range(5_000, users).filter(user -> counts[user] > 0).count();
    assertThat(tail).isGreaterThan(2_000);
  }

  @Test
  void theSameSeedPicksTheSame() {
    Receivers receivers = new Receivers(Kind.USER, 100, 1, 1, 100, 1.2);
    Audience one = new Audience(receivers, 5);
    Audience same = new Audience(receivers, 5);
    Audience other = new Audience(receivers, 6);

    int[] picked = IntStream.range(0, 50).map(one::choice).toArray();
    assertThat(IntStream.range(0, 50).map(same::choice).toArray()).isEqualTo(picked);
    assertThat(IntStream.range(0, 50).map(other::choice).toArray()).isNotEqualTo(picked);
  }
}
