package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.session.Arrivals.Rank;
import io.tidegate.delivery.session.Arrivals.Turn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long START = -5_000_000_000L;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Set<String> gone = new HashSet<>();
  private final Arrivals<String> arrivals =
      new Arrivals<>(10, 4, who -> !gone.contains(who), START);

  private void comeAtOnce(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(arrivals.come("early", Rank.OTHER, START)).isEqualTo(Turn.NOW);
    }
  }

  @Test
  void secondsWorthShouldGoOnAtOnceAndTheRestAtTheRate() {
    // Given
    comeAtOnce(10);

    // When
    assertThat(arrivals.come("a", Rank.OTHER, START)).isEqualTo(Turn.LATER);
    assertThat(arrivals.come("b", Rank.OTHER, START)).isEqualTo(Turn.LATER);

    // Then
    assertThat(arrivals.next(START + 99 * MILLI)).isNull();
    assertThat(arrivals.next(START + 100 * MILLI)).isEqualTo("a");
    assertThat(arrivals.next(START + 199 * MILLI)).isNull();
    assertThat(arrivals.next(START + 200 * MILLI)).isEqualTo("b");
    assertThat(arrivals.next(START + 300 * MILLI)).isNull();
    assertThat(arrivals.size()).isZero();
  }

  @Test
  void nobodyShouldOvertakeWhoWaits() {
    // Given
    comeAtOnce(10);
    assertThat(arrivals.come("a", Rank.OTHER, START)).isEqualTo(Turn.LATER);

    // When: there would be room for one
    assertThat(arrivals.come("b", Rank.OTHER, START + 100 * MILLI)).isEqualTo(Turn.LATER);

    // Then
    assertThat(arrivals.next(START + 100 * MILLI)).isEqualTo("a");
  }

  @Test
  void urgentShouldGoFirstThenWhoResumes() {
    // Given
    comeAtOnce(10);
    arrivals.come("new", Rank.OTHER, START);
    arrivals.come("resuming", Rank.RESUMING, START);
    arrivals.come("urgent", Rank.URGENT, START);
    arrivals.come("resuming too", Rank.RESUMING, START);

    // When // Then
    long later = START + 500 * MILLI;
    assertThat(arrivals.next(later)).isEqualTo("urgent");
    assertThat(arrivals.next(later)).isEqualTo("resuming");
    assertThat(arrivals.next(later)).isEqualTo("resuming too");
    assertThat(arrivals.next(later)).isEqualTo("new");
  }

  @Test
  void noMoreShouldWaitThanMay() {
    // Given
    comeAtOnce(10);
    for (int i = 0; i < 4; i++) {
      assertThat(arrivals.come("a", Rank.OTHER, START)).isEqualTo(Turn.LATER);
    }

    // When // Then
    assertThat(arrivals.come("urgent", Rank.URGENT, START)).isEqualTo(Turn.NEVER);
    assertThat(arrivals.next(START + 100 * MILLI)).isEqualTo("a");
    assertThat(arrivals.come("urgent", Rank.URGENT, START + 100 * MILLI)).isEqualTo(Turn.LATER);
  }

  @Test
  void whoHasGoneShouldLeaveItsPlaceAndItsTurn() {
    // Given
    comeAtOnce(10);
    for (String who : List.of("a", "b", "c", "d")) {
      arrivals.come(who, Rank.OTHER, START);
    }

    // When
    for (String who : List.of("a", "b", "c")) {
      gone.add(who);
      arrivals.gone();
    }

    // Then
    assertThat(arrivals.size()).isEqualTo(1);
    assertThat(arrivals.come("e", Rank.OTHER, START)).isEqualTo(Turn.LATER);
    assertThat(arrivals.next(START + 100 * MILLI)).isEqualTo("d");
    assertThat(arrivals.next(START + 200 * MILLI)).isEqualTo("e");
    assertThat(arrivals.next(START + 300 * MILLI)).isNull();
  }

  @Test
  void thoseWhoHaveGoneShouldNotBeKeptWithoutEnd() {
    // Given
    comeAtOnce(10);
    for (int i = 0; i < 1_000; i++) {
      assertThat(arrivals.come("gone", Rank.OTHER, START)).isEqualTo(Turn.LATER);
      gone.add("gone");
      arrivals.gone();
    }

    // When
    arrivals.come("there", Rank.RESUMING, START);

    // Then
    assertThat(arrivals.size()).isEqualTo(1);
    assertThat(arrivals.queued()).isLessThanOrEqualTo(9);
    assertThat(arrivals.next(START + 100 * MILLI)).isEqualTo("there");
  }

  @Test
  void pauseShouldNotBeSavedUpBeyondASecondsWorth() {
    // When
    long later = START + TimeUnit.HOURS.toNanos(1);
    for (int i = 0; i < 10; i++) {
      assertThat(arrivals.come("a", Rank.OTHER, later)).isEqualTo(Turn.NOW);
    }

    // Then
    assertThat(arrivals.come("b", Rank.OTHER, later)).isEqualTo(Turn.LATER);
  }
}
