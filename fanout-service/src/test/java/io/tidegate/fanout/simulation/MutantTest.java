package io.tidegate.fanout.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulation that does not notice a pipeline built wrong would prove nothing about a right one.
 * Only the invariant that the mutant is about counts: a {@link Crash} is no finding and fails.
 */
final class MutantTest {
  private static final int SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void mutantShouldBreakWhatItIsAbout(Mutant mutant) {
    // When
    Optional<Violation> violation =
        LongStream.range(0, SEEDS)
            .filter(seed -> mutant.mattersIn(new Plan(new SplittableRandom(seed))))
            .parallel()
            .mapToObj(seed -> run(seed, mutant))
            .flatMap(Optional::stream)
            .findFirst();

    // Then
    assertThat(violation).as("%s within %d seeds", mutant, SEEDS).isPresent();
    assertThat(violation.get().invariant())
        .as("%s", violation.get().getMessage())
        .isIn(mutant.breaks);
  }

  private static Optional<Violation> run(long seed, Mutant mutant) {
    try {
      Simulation.run(seed, mutant);
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation);
    }
  }
}
