package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GeneratorLimitTest {
  private final Sample sample = new Sample();

  @Test
  void littleLatenessShouldBeNoSign() {
    sample.generators.add(generator(0.9, Sample.times(9_900)));

    assertSigns();
  }

  @Test
  void muchLatenessShouldBeASign() {
    sample.generators.add(generator(0.9, Sample.times(50_000)));

    assertSigns("generator g: 1 in 100 of its messages left 50.0 ms or more after it was due");
  }

  @Test
  void latenessShouldBeNoSignBesideLatenciesThatAreMuchGreater() {
    sample.generators.add(generator(0.9, Sample.times(50_000)));
    sample.latencies.put(Latency.ACCEPT, new Latency(Sample.times(600_000), List.of()));

    assertSigns();
  }

  @Test
  void theShorterLatencyShouldDecide() {
    sample.generators.add(generator(0.9, Sample.times(50_000)));
    sample.latencies.put(Latency.ACCEPT, new Latency(Sample.times(400_000), List.of()));
    sample.latencies.put(Latency.DUE_TO_PUSH, new Latency(Sample.times(9_000_000), List.of()));

    assertSigns("generator g: 1 in 100 of its messages left 50.0 ms or more after it was due");
  }

  @Test
  void littleDelayOfALoopShouldBeNoSign() {
    sample.generators.add(delayed(9_900));

    assertSigns();
  }

  @Test
  void muchDelayOfALoopShouldBeASign() {
    sample.generators.add(delayed(50_000));

    assertSigns(
        "generator g: 1 time in 100 an event loop of it came 50.0 ms or more too late (--threads)");
  }

  @Test
  void delayOfALoopShouldBeHeldAgainstTheWayToTheDeviceToo() {
    sample.generators.add(delayed(50_000));
    sample.latencies.put(Latency.ACCEPT, new Latency(Sample.times(600_000), List.of()));
    assertSigns();

    sample.latencies.put(Latency.ACCEPT_TO_PUSH, new Latency(Sample.times(400_000), List.of()));
    assertEquals(1, GeneratorLimit.signs(sample.report()).size());
  }

  @Test
  void coresThatAreAllBusyShouldBeASign() {
    sample.generators.add(generator(1.9, Distribution.EMPTY));

    assertSigns("generator g: it kept 1.90 of its 2 cores busy");
  }

  @Test
  void coresThatAreNearlyBusyShouldBeNone() {
    sample.generators.add(generator(1.79, Distribution.EMPTY));

    assertSigns();
  }

  @Test
  void severalOnOneHostShouldShareItsCores() {
    sample.generators.add(generator(0.95, Distribution.EMPTY));
    sample.generators.add(generator(0.95, Distribution.EMPTY));
    sample.generators.add(Sample.generator("other", 10, 10, Distribution.EMPTY));

    assertSigns("the 2 generators of g: they kept 1.90 of its 2 cores busy");
  }

  private static Generator generator(double cores, Distribution lateness) {
    return Sample.generator("g", 10 * cores, 10, lateness);
  }

  private static Generator delayed(long micros) {
    return new Generator(
        "g", 2, "25", "0.1.0", 10, 1, Distribution.EMPTY, Sample.times(micros), 0, 0);
  }

  private void assertSigns(String... signs) {
    assertEquals(List.of(signs), GeneratorLimit.signs(sample.report()));
  }
}
