package io.tidegate.delivery.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WheelTest {
  private final Wheel<String> wheel = new Wheel<>(10, 8, 1_000);
  private final List<String> due = new ArrayList<>();

  @Test
  void whoIsDueShouldBeToldWithinATickAndNotBefore() {
    wheel.add("a", 1_025);

    wheel.advance(1_020, due::add);
    assertThat(due).isEmpty();
    wheel.advance(1_030, due::add);
    assertThat(due).containsExactly("a");
    assertThat(wheel.isEmpty()).isTrue();
  }

  @Test
  void whoIsDueLaterThanARoundShouldWaitForItsOwn() {
    wheel.add("a", 1_000 + 3 * 80 + 5);

    for (long now = 1_010; now < 1_250; now += 10) {
      wheel.advance(now, due::add);
    }
    assertThat(due).isEmpty();
    wheel.advance(1_250, due::add);
    assertThat(due).containsExactly("a");
  }

  @Test
  void whoIsDueAlreadyShouldBeToldAtTheNextTick() {
    wheel.advance(1_500, due::add);
    wheel.add("a", 900);

    wheel.advance(1_510, due::add);

    assertThat(due).containsExactly("a");
  }

  @Test
  void whoIsToldMayBeAddedAgain() {
    wheel.add("a", 1_010);

    wheel.advance(1_010, who -> wheel.add(who + who, 1_010));
    wheel.advance(1_020, due::add);

    assertThat(due).containsExactly("aa");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyoneShouldBeToldOnceAndInTime(long seed) {
    Random random = new Random(seed);
    Map<Integer, Long> waiting = new HashMap<>();
    Map<Integer, Long> ticks = new HashMap<>();
    Wheel<Integer> random8 = new Wheel<>(10, 8, -500);
    long now = -500;
    for (int step = 0; step < 5_000; step++) {
      if (random.nextBoolean()) {
        long at = now + random.nextInt(400) - 20;
        waiting.put(step, at);
        ticks.put(step, Math.max(Math.floorDiv(now, 10L) + 1, Math.ceilDiv(at, 10L)));
        random8.add(step, at);
      } else {
        now += random.nextInt(random.nextInt(20) == 0 ? 1_000 : 30);
        long until = now;
        random8.advance(
            now,
            who -> {
              Long at = waiting.remove(who);
              assertThat(at).as("seed %s: once", seed).isNotNull().isLessThanOrEqualTo(until);
            });
        assertThat(waiting.keySet())
            .as("seed %s, at %s: none is late", seed, now)
            .allMatch(who -> ticks.getOrDefault(who, 0L) > Math.floorDiv(until, 10L));
      }
      assertThat(random8.isEmpty()).isEqualTo(waiting.isEmpty());
    }
  }
}
