package io.tidegate.fanout.simulation;

import io.tidegate.contract.policy.Limit;
import io.tidegate.fanout.policy.TestPolicies;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What one seed makes of the world: its size, its settings, and how much goes wrong. */
final class Plan {
  final int partitions;
  final int slots;
  final int processes;
  final int users;
  final int steps;
  final SequencerSettings settings;
  final boolean clockGoesBack;
  final boolean clockGoesForward;
  final boolean rebuilds;
  final boolean backups;

  /** How often, in a thousand, a step is a fault. */
  final int faults;

  Plan(SplittableRandom random) {
    partitions = random.nextInt(1, 4);
    slots = random.nextInt(1, 4);
    processes = random.nextInt(1, 4);
    users = random.nextInt(1, 6);
    steps = random.nextInt(100, 700);
    settings = settings(random);
    clockGoesBack = random.nextInt(4) == 0;
    clockGoesForward = random.nextInt(4) == 0;
    rebuilds = random.nextInt(4) == 0;
    backups = random.nextInt(6) == 0;
    faults = random.nextInt(5) == 0 ? 0 : random.nextInt(10, 120);
  }

  private static SequencerSettings settings(SplittableRandom random) {
    List<Limit> limits = new ArrayList<>();
    int count = Math.max(0, random.nextInt(-2, 3));
    for (int i = 0; i < count; i++) {
      int limit = random.nextInt(1, 20);
      limits.add(
          TestPolicies.messages(
              limit, Duration.ofMillis(random.nextInt(1, 10_000)), random.nextInt(1, limit + 1)));
    }
    boolean roomy = random.nextBoolean();
    boolean lasting = random.nextInt(3) > 0;
    return new SequencerSettings(
        TestPolicies.withLimits(limits),
        roomy ? 1_000 : random.nextInt(1, 20),
        roomy ? 1 << 20 : random.nextInt(1, 500),
        lasting ? Duration.ofHours(2) : Duration.ofMillis(random.nextInt(1_000, 60_000)),
        lasting ? Duration.ofHours(1) : Duration.ofMillis(random.nextInt(1_000, 90_000)),
        random.nextInt(3) == 0 ? random.nextInt(1, 3) : 20,
        Duration.ofMillis(random.nextInt(1_000, 600_000)),
        random.nextBoolean() ? 64 : random.nextInt(1, 4),
        random.nextBoolean() ? 64 * 1024 : random.nextInt(1, 60));
  }
}
