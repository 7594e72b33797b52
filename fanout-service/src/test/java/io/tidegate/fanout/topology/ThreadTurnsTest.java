package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.fanout.topology.ThreadTurns.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadTurnsTest {
  private static final long NOW = 1_000_000;

  private final ThreadTurns turns = new ThreadTurns();
  private final Place one = turns.place();
  private final Place two = turns.place();
  private final Place three = turns.place();

  private static void took(Place place, long millis) {
    place.done(NOW - millis, millis * 1_000_000);
  }

  @Test
  void turnShouldBeFreeAtFirst() {
    assertThat(one.take(false, NOW)).isTrue();
  }

  @Test
  void threadWithoutRecordsShouldGoOnSoon() {
    // Given
    took(one, 10);

    // Then
    assertThat(one.take(false, NOW + ThreadTurns.LEAST_MILLIS - 1)).isFalse();
    assertThat(one.take(false, NOW + ThreadTurns.LEAST_MILLIS)).isTrue();
  }

  @Test
  void shortTurnsShouldFollowEachOtherAtOnceWhereThereAreNoRecords() {
    // Given
    one.done(NOW, 6_000_000);

    // Then until they took long enough together
    assertThat(two.take(false, NOW + 6)).isTrue();
    two.done(NOW + 6, 6_000_000);
    assertThat(three.take(false, NOW + 12)).isFalse();
    assertThat(three.take(false, NOW + 17)).isTrue();
    three.done(NOW + 17, 1_000_000);
    assertThat(one.take(false, NOW + 18)).isTrue();
  }

  @Test
  void shortTurnsShouldNotFollowEachOtherAtOnceWhereThereAreRecords() {
    one.done(NOW, 6_000_000);
    turns.fetchedRecords(1);
    assertThat(two.take(false, NOW + 6)).isFalse();
  }

  @Test
  void recordsThatAreThereShouldHaveTwiceTheTime() {
    // Given
    took(one, 10);
    turns.fetchedRecords(100);

    // When
    turns.handledRecord(10_000_000);
    turns.handledRecord(9_999_999);

    // Then whatever else the time went to
    assertThat(one.take(false, NOW + 100)).isFalse();
    turns.handledRecord(1);
    assertThat(one.take(false, NOW + 100)).isTrue();
  }

  @Test
  void recordsShouldNotHoldUpATurnForEver() {
    took(one, 10);
    turns.fetchedRecords(100);
    assertThat(one.take(false, NOW + 199)).isFalse();
    assertThat(one.take(false, NOW + 200)).isTrue();
  }

  @Test
  void handledRecordsShouldHoldUpNoTurn() {
    took(one, 10);
    turns.fetchedRecords(2);
    turns.handledRecord(1);
    assertThat(one.take(false, NOW + 10)).isFalse();
    turns.handledRecord(1);
    assertThat(one.take(false, NOW + 10)).isTrue();
  }

  @Test
  void recordsThatWereGivenUpShouldHoldUpNoTurn() {
    took(one, 10);
    turns.fetchedRecords(100);
    turns.gaveUpRecords();
    assertThat(one.take(false, NOW + 10)).isTrue();
    turns.handledRecord(1); // one of them was handled after all
    turns.fetchedRecords(1);
    took(one, 10);
    assertThat(one.take(false, NOW + 10)).isFalse();
  }

  @Test
  void timeOfRecordsBeforeATurnShouldNotCountAfterIt() {
    turns.fetchedRecords(2);
    turns.handledRecord(1_000_000_000);
    took(one, 10);
    assertThat(one.take(false, NOW + ThreadTurns.LEAST_MILLIS)).isFalse();
  }

  @Test
  void eachShouldHaveItsTurnBeforeAnyHasAnother() {
    // Given three that ask whenever they are called, always in the same order
    List<Place> served = new ArrayList<>();

    // When
    for (long now = NOW; served.size() < 6; now += ThreadTurns.LEAST_MILLIS) {
      for (Place place : List.of(one, two, three)) {
        if (place.take(false, now)) {
          place.done(now, 0);
          served.add(place);
        }
      }
    }

    // Then
    assertThat(served).containsExactly(one, two, three, one, two, three);
  }

  @Test
  void urgentOneShouldBeFirst() {
    // Given
    took(one, 10);
    assertThat(two.take(false, NOW)).isFalse();
    assertThat(one.take(true, NOW)).isFalse();

    // Then
    assertThat(two.take(false, NOW + ThreadTurns.LEAST_MILLIS)).isFalse();
    assertThat(one.take(true, NOW + ThreadTurns.LEAST_MILLIS)).isTrue();
  }

  @Test
  void urgentOnesShouldNotHoldUpAnotherForEver() {
    // Given two that are always urgent and one that is not, called in this order
    turns.fetchedRecords(1);
    List<Place> served = new ArrayList<>();

    // When
    for (long now = NOW; served.size() < 40; now += ThreadTurns.LEAST_MILLIS) {
      for (Place place : List.of(one, two, three)) {
        if (place.take(place != three, now)) {
          place.done(now, 0);
          served.add(place);
        }
      }
    }

    // Then
    assertThat(served.subList(0, 8)).doesNotContain(three);
    assertThat(served.subList(0, 20)).contains(three);
    assertThat(served).filteredOn(place -> place == three).hasSizeBetween(3, 5);
  }

  @Test
  void oneThatDoesNotAskAnyMoreShouldNotBeWaitedForLong() {
    // Given
    took(one, 10);
    assertThat(two.take(true, NOW)).isFalse();

    // Then
    assertThat(one.take(false, NOW + 999)).isFalse();
    assertThat(one.take(false, NOW + 1_000)).isTrue();
  }

  @Test
  void closedOneShouldNotBeWaitedFor() {
    // Given
    took(one, 10);
    assertThat(two.take(true, NOW)).isFalse();

    // When
    two.close();

    // Then
    assertThat(one.take(false, NOW + ThreadTurns.LEAST_MILLIS)).isTrue();
  }

  @Test
  void clockThatIsSetBackShouldStopNobody() {
    took(one, 10);
    assertThat(one.take(false, NOW - 3_600_000)).isTrue();
  }

  @Test
  void allThatTakesTimeShouldCountAsWork() {
    // Given
    turns.handledRecord(3);
    ThreadTurns.Place place = turns.place();

    // When
    assertThat(place.take(false, NOW)).isTrue();
    place.done(NOW, 40);
    place.worked(500);

    // Then
    assertThat(turns.workedNanos()).isEqualTo(543);
  }
}
