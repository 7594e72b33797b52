package io.tidegate.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.profile.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private final Backlog backlog =
      new Backlog(new Arrivals(List.of(Phase.steady(Duration.ofSeconds(1), 4))));

  @Test
  void messagesComeWhenTheyAreDue() {
    assertThat(backlog.poll(0)).isZero();
    assertThat(backlog.poll(0)).isEqualTo(Backlog.NONE);
    assertThat(backlog.nextNanos()).isEqualTo(250_000_000);
    assertThat(backlog.poll(600_000_000)).isEqualTo(1);
    assertThat(backlog.poll(600_000_000)).isEqualTo(2);
    assertThat(backlog.poll(600_000_000)).isEqualTo(Backlog.NONE);
    assertThat(backlog.isEmpty()).isFalse();
    assertThat(backlog.poll(800_000_000)).isEqualTo(3);
    assertThat(backlog.isEmpty()).isTrue();
    assertThat(backlog.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatOthersHandInIsLeftOut() {
    Arrivals four = new Arrivals(List.of(Phase.steady(Duration.ofSeconds(1), 4)));
    Backlog odd = new Backlog(four, message -> message % 2 == 1);

    assertThat(odd.nextNanos()).isEqualTo(250_000_000);
    assertThat(odd.poll(200_000_000)).isEqualTo(Backlog.NONE);
    assertThat(odd.poll(900_000_000)).isEqualTo(1);
    assertThat(odd.poll(900_000_000)).isEqualTo(3);
    assertThat(odd.isEmpty()).isTrue();
    assertThat(new Backlog(four, _ -> false).isEmpty()).isTrue();
  }

  @Test
  void whatIsToBeHandedInAgainComesInItsTurn() {
    assertThat(backlog.poll(0)).isZero();
    backlog.again(0, 300_000_000);

    assertThat(backlog.poll(260_000_000)).isEqualTo(1);
    assertThat(backlog.nextNanos()).isEqualTo(300_000_000);
    assertThat(backlog.poll(500_000_000)).isZero();
    assertThat(backlog.poll(500_000_000)).isEqualTo(2);
    assertThat(backlog.poll(750_000_000)).isEqualTo(3);
    backlog.again(3, 900_000_000);
    assertThat(backlog.isEmpty()).isFalse();
    assertThat(backlog.poll(900_000_000)).isEqualTo(3);
    assertThat(backlog.isEmpty()).isTrue();
  }
}
