package io.tidegate.fanout.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When one copy came to its users, as long as it does so at one rate. */
final class BroadcastPace {
  /** For so long time that was lost is made up for. */
  private static final long MADE_UP_MILLIS = 100;

  private final int partitions;
  private final List<Long> walls = new ArrayList<>();
  private @Nullable Integer rate;

  /** How far the clock of the wall lies behind the one that is never set back. */
  private long behind;

  /**
   * @param partitions that share the rate
   */
  BroadcastPace(int partitions) {
    this.partitions = partitions;
  }

  /**
   * The copy comes to one more.
   *
   * @param held to how many a second it may come, null: to any number
   */
  void comes(@Nullable Integer held, Fact fact, GroupFact.Copied copy) {
    long nowBehind = fact.forward() - fact.wall();
    if (held == null || !held.equals(rate) || behind != nowBehind) {
      walls.clear();
    }
    rate = held;
    behind = nowBehind;
    walls.add(fact.wall());
    if (held == null) {
      return;
    }
    for (int i = 0; i < walls.size(); i++) {
      long between = walls.size() - 1L - i;
      long millis = fact.wall() - walls.get(i) + MADE_UP_MILLIS;
      Violation.unless(
          between * 1_000 * partitions <= millis * held,
          20,
          "comes to ",
          between + 1,
          " within ",
          millis - MADE_UP_MILLIS,
          " ms at ",
          held,
          " a second over ",
          partitions,
          " partitions: ",
          copy);
    }
  }
}
