package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.loadtest.offer.Names;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PolicyWitnessTest {
  private static final Names NAMES = new Names("load");

  @Test
  void eachPartitionHasAUserHoweverManyThereAre() {
    List<String> users = PolicyWitness.spread("default", NAMES, 2_000);

    for (int count : new int[] {1, 2, 12, 36, 50, PolicyWitness.MOST_PARTITIONS}) {
      assertThat(
              users.stream()
                  .map(user -> new UserKey("default", user).partition(count))
                  .collect(Collectors.toSet()))
          .hasSize(count);
    }
    assertThat(users.size()).isLessThan(400);
  }

  @Test
  void fewUsersAreAskedForAtMostOnceEach() {
    assertThat(PolicyWitness.spread("acme", NAMES, 3))
        .containsExactly("load-0", "load-1", "load-2");
    assertThat(PolicyWitness.spread("acme", NAMES, 1)).containsExactly("load-0");
  }
}
