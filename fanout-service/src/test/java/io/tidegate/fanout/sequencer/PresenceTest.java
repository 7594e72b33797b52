package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.fanout.sequencer.Presence.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PresenceTest {
  private static final Duration GRACE = Duration.ofMillis(100);

  /** From having come at 10, told or not, and having left at 50 or not. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # told, left,  grace, now, change, told then, due then
          false,  false, 100,   10,  JOIN,   1,         -
          false,  false, 100,   99,  JOIN,   1,         -
          true,   false, 100,   99,  -,      1,         -
          true,   true,  100,   50,  -,      1,         150
          true,   true,  100,   149, -,      1,         150
          true,   true,  100,   150, LEAVE,  2,         -
          true,   true,  0,     50,  LEAVE,  2,         -
          false,  true,  100,   999, -,      0,         -
          # Nothing is told at all: a leave is passed over, and seen by its number.
          false,  false, -,     99,  -,      0,         -
          true,   false, -,     99,  -,      1,         -
          true,   true,  -,     50,  -,      2,         -
          """)
  void stepShouldFollowFromWhatWasToldAndTime(
      boolean told,
      boolean left,
      Long grace,
      long now,
      Change change,
      long toldThen,
      Long dueThen) {
    // Given
    Presence presence = Presence.NONE.came(10);
    presence = told ? presence.step(true, GRACE, 10).next() : presence;
    presence = left ? presence.left("phone", 50) : presence;
    Duration span = grace == null ? null : Duration.ofMillis(grace);

    // When
    Presence.Step step = presence.step(!left, span, now);

    // Then
    assertThat(step.change()).isEqualTo(change);
    assertThat(step.next().told()).isEqualTo(toldThen);
    assertThat(step.next().dueMillis(!left, span))
        .isEqualTo(dueThen == null ? Message.NEVER : dueThen);
  }

  /**
   * Against one that has the whole history: a leave is told where a time without sessions is as
   * long as the grace, a join where one ends, or first begins.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 30, 100})
  void joinsAndLeavesShouldBeThoseOfTheHistory(long graceMillis) {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Duration grace = Duration.ofMillis(graceMillis);
      List<Long> changes = new ArrayList<>();
      List<String> told = new ArrayList<>();
      Presence presence = Presence.NONE;
      long now = 0;
      boolean there = false;
      for (int i = 0; i < 40; i++) {
        long next = now + random.nextLong(0, 150);
        // Woken when it is due, or for nothing.
        for (long wake :
            List.of(presence.dueMillis(there, grace), random.nextLong(now, next + 1))) {
          if (wake <= next && wake >= now) {
            presence = step(presence, there, grace, wake, told);
            now = wake;
          }
        }
        now = next;
        there = !there;
        changes.add(now);
        presence = there ? presence.came(now) : presence.left("phone", now);
        presence = step(presence, there, grace, now, told);
      }
      long end = presence.dueMillis(there, grace);
      presence = step(presence, there, grace, end == Message.NEVER ? now : end, told);

      assertThat(told).as("seed %d", seed).isEqualTo(expected(changes, graceMillis));
      assertThat(presence.told()).as("seed %d", seed).isEqualTo(told.size());
      assertThat(presence.told() % 2 == 1).as("seed %d", seed).isEqualTo(there);
    }
  }

  private static Presence step(
      Presence presence, boolean there, Duration grace, long now, List<String> told) {
    Presence.Step step = presence.step(there, grace, now);
    if (step.change() != null) {
      told.add(step.change() + " " + step.next().sinceMillis());
    }
    return step.next();
  }

  /**
   * @param changes when sessions began (even places) and ended
   */
  private static List<String> expected(List<Long> changes, long grace) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      if (i % 2 == 0) {
        // One that comes at the very instant finds that the leave was told before.
        boolean away = i == 0 || changes.get(i) - changes.get(i - 1) >= grace;
        if (away) {
          told.add("JOIN " + changes.get(i));
        }
      } else if (i + 1 == changes.size() || changes.get(i + 1) - changes.get(i) >= grace) {
        told.add("LEAVE " + changes.get(i));
      }
    }
    return told;
  }

  @Test
  void whoWasNotToldOfShouldBeToldOnceItIsWanted() {
    // Given
    Presence presence = Presence.NONE.came(10).step(true, null, 10).next();

    // When
    Presence.Step step = presence.step(true, GRACE, 500);

    // Then
    assertThat(step.change()).isEqualTo(Change.JOIN);
    assertThat(step.next().sinceMillis()).isEqualTo(10);
  }
}
