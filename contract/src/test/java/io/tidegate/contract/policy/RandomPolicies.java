package io.tidegate.contract.policy;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.rate.Gcra;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Policies within their bounds, many of them at one. */
final class RandomPolicies {
  private static final List<String> ZONES =
      List.of("Z", "UTC", "Europe/Berlin", "Australia/Lord_Howe", "+05:30", "America/Sao_Paulo");

  private RandomPolicies() {}

  static Policy policy(RandomGenerator random) {
    List<Limit> limits = new ArrayList<>();
    List<Cap> caps = new ArrayList<>();
    int rules = random.nextInt(4);
    for (int i = 0; i < rules; i++) {
      limits.add(limit(random, limits));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      String name = "cap-" + i;
      Period per = one(random, Period.values());
      caps.add(
          new Cap(
              name,
              number(random, 1_000_000_000),
              per,
              one(random, CountUnit.values()),
              category(random),
              one(random, OnExceed.values())));
    }
    Map<Urgency, Set<Gate>> bypass = new EnumMap<>(Urgency.class);
    for (int i = random.nextInt(3); i > 0; i--) {
      Set<Gate> gates = EnumSet.noneOf(Gate.class);
      gates.add(one(random, Gate.values()));
      gates.add(one(random, Gate.values()));
      bypass.put(one(random, Urgency.values()), gates);
    }
    List<QuietHours> hours = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Set<DayOfWeek> days = EnumSet.of(one(random, DayOfWeek.values()));
      days.add(one(random, DayOfWeek.values()));
      hours.add(
          new QuietHours(
              random.nextBoolean() ? QuietHours.EVERY_DAY : days,
              LocalTime.of(random.nextInt(24), random.nextInt(60)),
              LocalTime.of(random.nextInt(24), random.nextInt(60))));
    }
    return new Policy(
        limits,
        caps,
        new Batch(
            duration(random, Duration.ofDays(1)),
            one(random, BatchMode.values()),
            (int) number(random, 256),
            (int) number(random, 262_144)),
        bypass,
        hours,
        ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))),
        duration(random, Duration.ofHours(1)),
        new MailboxBounds(
            orNull(random, () -> (int) number(random, 1_000_000)),
            orNull(random, () -> number(random, 1L << 30)),
            orNull(random, () -> duration(random, Duration.ofDays(365)).plusSeconds(1)),
            one(random, Overflow.values())),
        orNull(random, () -> (int) number(random, 1_000_000)));
  }

  private static Limit limit(RandomGenerator random, List<Limit> others) {
    long limit = number(random, 1_000_000_000);
    Duration window = duration(random, Duration.ofDays(365)).plusMillis(1);
    CountUnit unit = one(random, CountUnit.values());
    String category = category(random);
    // Derived, taken from another's derived one, or given.
    String derived = RuleNames.ofLimit(limit, window, unit, category);
    String name =
        switch (random.nextInt(3)) {
          case 0 -> derived;
          case 1 -> derived + "-2";
          default -> "given." + others.size();
        };
    return new Limit(
        name.length() > 64 ? "long-" + others.size() : name,
        limit,
        window,
        number(random, Math.min(Math.max(limit, Gcra.mostBurst(limit, window)), 1_000_000)),
        unit,
        category,
        one(random, OnExceed.values()));
  }

  private static @Nullable String category(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> "marketing";
      case 1 -> "Ä \"quoted\" 😀";
      case 2 -> "x".repeat(1 + random.nextInt(256));
      default -> null;
    };
  }

  private static long number(RandomGenerator random, long most) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> most;
      default -> 1 + random.nextLong(most);
    };
  }

  private static Duration duration(RandomGenerator random, Duration most) {
    return switch (random.nextInt(4)) {
      case 0 -> Duration.ZERO;
      case 1 -> most;
      case 2 -> Duration.ofSeconds(random.nextLong(most.toSeconds()));
      default -> Duration.ofMillis(random.nextLong(most.toMillis()));
    };
  }

  private static <T> T one(RandomGenerator random, T[] values) {
    return values[random.nextInt(values.length)];
  }

  private static <T> @Nullable T orNull(RandomGenerator random, Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }
}
