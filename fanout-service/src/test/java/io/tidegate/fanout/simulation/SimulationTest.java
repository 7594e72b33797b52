package io.tidegate.fanout.simulation;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The invariants of docs/ARCHITECTURE.md under everything that may go wrong. {@code
 * -Dsimulation.seed=N} runs one seed, {@code -Dsimulation.seeds=N} so many.
 */
final class SimulationTest {
  @Test
  void everyInvariantShouldHoldWhateverGoesWrong() {
    Long one = Long.getLong("simulation.seed");
    if (one != null) {
      Simulation.run(one, Mutant.NONE);
    } else {
      runAll(0, Long.getLong("simulation.seeds", 2_000L));
    }
  }

  @Test
  @Tag("long")
  void everyInvariantShouldHoldForLong() {
    runAll(1_000_000, 20_000);
  }

  /** Every run is single-threaded; only the runs share the processors. */
  private static void runAll(long first, long count) {
    Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
    LongStream.range(first, first + count)
        .parallel()
        .forEach(
            seed -> {
              try {
                Simulation.run(seed, Mutant.NONE);
              } catch (Violation | Crash failure) {
                failures.add(failure);
              }
            });
    AssertionError failed = failures.peek();
    if (failed != null) {
      failed.addSuppressed(new AssertionError(failures.size() + " of " + count + " seeds fail"));
      throw failed;
    }
  }
}
