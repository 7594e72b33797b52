package io.tidegate.fanout.simulation;

import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What one seed makes of the world: its size, its settings, and how much goes wrong. */
final class Plan {
  /** The policy that there may be beside the default. */
  static final String NAMED = "gentle";

  final int partitions;
  final int slots;
  final int processes;
  final int users;
  final int steps;
  final SequencerSettings settings;
  final PolicyDraw draw;

  /** How many urgencies messages have, from the lowest on. */
  final int urgencies;

  /** One message in so many has no category. */
  final int uncategorised;

  /** It takes days, not minutes. */
  final boolean days;

  /** Policies hold, are changed, and users have settings of their own. */
  final boolean policies;

  /** There are groups, and messages for them and for everyone. */
  final boolean groups;

  /** Much is for many, and at a pace. */
  final boolean campaigns;

  /** There are more users than a group may have to be come to at once. */
  final boolean crowd;

  final boolean clockGoesBack;
  final boolean clockGoesForward;
  final boolean rebuilds;
  final boolean backups;

  /** How often, in a thousand, a step is a fault. */
  final int faults;

  Plan(SplittableRandom random) {
    groups = random.nextInt(3) > 0;
    campaigns = groups && random.nextInt(3) == 0;
    crowd = groups && random.nextInt(20) == 0;
    partitions = random.nextInt(1, crowd ? 3 : 4);
    slots = random.nextInt(1, 4);
    processes = random.nextInt(1, 4);
    int most = campaigns ? 20 : 6;
    users = crowd ? partitions * random.nextInt(66, 80) : random.nextInt(1, most);
    steps = random.nextInt(100, crowd ? 300 : 700);
    days = random.nextInt(4) == 0;
    policies = random.nextInt(4) > 0;
    urgencies = random.nextInt(1, 5);
    uncategorised = random.nextInt(1, 5);
    draw = new PolicyDraw(random, days, campaigns);
    settings = settings(random).withPresence(grace());
    clockGoesBack = random.nextInt(4) == 0;
    clockGoesForward = random.nextInt(4) == 0;
    rebuilds = random.nextInt(3) == 0;
    backups = random.nextInt(6) == 0;
    faults = random.nextInt(5) == 0 ? 0 : random.nextInt(10, 120);
  }

  /** Null: presence is not told. Without the random numbers, so that all else is as without it. */
  private @Nullable Duration grace() {
    return switch (steps % 5) {
      case 0 -> null;
      case 1 -> Duration.ZERO;
      case 2 -> Duration.ofMillis(1);
      case 3 -> Duration.ofMillis(100);
      default -> Duration.ofSeconds(1);
    };
  }

  private SequencerSettings settings(SplittableRandom random) {
    boolean roomy = random.nextBoolean();
    boolean lasting = days || random.nextInt(3) > 0;
    Duration maxAge = days ? Duration.ofDays(8) : Duration.ofHours(2);
    Duration deviceIdle = days ? Duration.ofDays(30) : Duration.ofHours(1);
    return new SequencerSettings(
        policies ? draw.policy(random) : Policy.NONE,
        roomy ? 1_000 : random.nextInt(1, 20),
        roomy ? 1 << 20 : random.nextInt(1, 500),
        lasting ? maxAge : Duration.ofMillis(random.nextInt(1_000, 60_000)),
        lasting ? deviceIdle : Duration.ofMillis(random.nextInt(1_000, 90_000)),
        random.nextInt(3) == 0 ? random.nextInt(1, 3) : 20,
        Duration.ofMillis(random.nextInt(1_000, 600_000)),
        random.nextBoolean() ? 64 : random.nextInt(1, 4),
        random.nextBoolean() ? 64 * 1024 : random.nextInt(1, 60),
        false,
        Duration.ZERO);
  }
}
