package io.tidegate.fanout.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
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
    // Given
    @Nullable Violation violation = null;

    // When
    for (long seed = 0; seed < SEEDS && violation == null; seed++) {
      violation = run(seed, mutant);
    }

    // Then
    if (violation == null) {
      throw new AssertionError(mutant + " is not noticed within " + SEEDS + " seeds");
    }
    assertThat(violation.invariant()).as("%s", violation.getMessage()).isIn(mutant.breaks);
  }

  private static @Nullable Violation run(long seed, Mutant mutant) {
    try {
      Simulation.run(seed, mutant);
      return null;
    } catch (Violation violation) {
      return violation;
    }
  }
}
