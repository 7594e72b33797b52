package io.tidegate.loadtest.devices.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WheelTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void eachShouldBeToldOnceWithinATickAfterItIsDue() {
    Wheel<String> wheel = new Wheel<>(10, 8, 1_000);
    wheel.add("a", 1_030);
    wheel.add("b", 1_031);
    wheel.add("past", 5);

    wheel.advance(1_000, told::add);
    assertThat(told).containsExactly("past");
    wheel.advance(1_029, told::add);
    assertThat(told).containsExactly("past");
    wheel.advance(1_030, told::add);
    assertThat(told).containsExactly("past", "a");
    wheel.advance(1_040, told::add);
    wheel.advance(1_500, told::add);
    assertThat(told).containsExactly("past", "a", "b");
  }

  @Test
  void whoIsToldMayBeAddedAgain() {
    Wheel<String> wheel = new Wheel<>(10, 4, 0);
    wheel.add("a", 0);

    for (int now = 0; now < 50; now += 10) {
      wheel.advance(
          now,
          who -> {
            told.add(who);
            wheel.add(who, 0);
          });
    }

    assertThat(told).hasSize(5);
  }

  @Test
  void afterALongPauseNobodyShouldBeLost() {
    Wheel<String> wheel = new Wheel<>(10, 4, 0);
    wheel.add("a", 10);
    wheel.add("b", 30);
    wheel.add("beyond", 1_000);

    wheel.advance(100_000, told::add);

    assertThat(told).containsExactlyInAnyOrder("a", "b", "beyond");
  }

  /** Against the plainest of models: what is due and was not told is looked for each time. */
  @Test
  void anyOrderOfAddingAndAdvancingShouldTellEachOnceAndInTime() {
    Random random = new Random(7);
    Wheel<Long> wheel = new Wheel<>(10, 32, 0);
    List<Long> waiting = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 10_000; i++) {
      if (random.nextBoolean()) {
        long due = now + random.nextInt(300);
        wheel.add(due, due);
        waiting.add(due);
      } else {
        now += random.nextInt(30);
        long at = now;
        wheel.advance(
            now,
            due -> {
              assertThat(due).isLessThanOrEqualTo(at);
              assertThat(waiting.remove(due)).isTrue();
            });
        assertThat(waiting).allMatch(due -> due > at - 10);
      }
    }
  }
}
