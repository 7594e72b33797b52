package io.tidegate.fanout.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupSimulationTest {
  private static final long SEEDS = Long.getLong("simulation.groups", 500);

  @Test
  void everyMessageForManyShouldReachEachOnceInOrderUnderFaults() {
    // Given
    long only = Long.getLong("simulation.seed", -1);
    int live = 0;
    int reached = 0;

    // When
    for (long seed = only < 0 ? 1 : only; seed <= (only < 0 ? SEEDS : only); seed++) {
      GroupSimulation.Live of = GroupSimulation.run(seed, GroupMutant.NONE);
      live += of.sent();
      reached += of.reached();
    }

    // Then: what is for now reaches someone nearly always, since someone is there
    assertThat(reached).isGreaterThan(live / 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = GroupMutant.class,
      names = {"NONE", "SESSIONS_NOT_INDEXED"},
      mode = EnumSource.Mode.EXCLUDE)
  void mutantShouldBeNoticed(GroupMutant mutant) {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= SEEDS; seed++) {
                GroupSimulation.run(seed, mutant);
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void sessionsThatAreNotIndexedShouldMissWhatIsForNow() {
    // When
    int without = 0;
    int with = 0;
    for (long seed = 1; seed <= 100; seed++) {
      without += GroupSimulation.run(seed, GroupMutant.SESSIONS_NOT_INDEXED).reached();
      with += GroupSimulation.run(seed, GroupMutant.NONE).reached();
    }

    // Then: those for one user need no index
    assertThat(without).isLessThan(with / 2);
  }
}
