package io.tidegate.fanout.simulation;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.BatchMode;
import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.MailboxBounds;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Overflow;
import io.tidegate.contract.policy.Period;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.QuietHours;
import io.tidegate.contract.policy.UserSettings;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Policies and users' settings of one simulation, drawn so that they matter in it: quiet hours
 * begin and end near its beginning, days around a change of the clock.
 */
final class PolicyDraw {
  /** A zone, and an instant at which its clock is changed, or one like any other. */
  private record Place(String zone, String change) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("Z", "2026-11-29T00:00:00Z"),
          new Place("Europe/Berlin", "2026-03-29T01:00:00Z"),
          new Place("Europe/Berlin", "2026-10-25T01:00:00Z"),
          new Place("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
          new Place("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
          new Place("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
          new Place("Asia/Kathmandu", "2026-11-27T18:15:00Z"));

  private static final int QUARTER = 15 * 60_000;

  private final ZoneId zone;
  private final boolean days;
  private final boolean paced;

  /** Rules are of categories, and come and go with them. */
  private final boolean byCategory;

  final long startMillis;

  /**
   * @param days the run takes days, not minutes
   * @param paced messages for many mostly have a pace
   */
  PolicyDraw(SplittableRandom random, boolean days, boolean paced) {
    Place place = PLACES.get(random.nextInt(PLACES.size()));
    this.zone = ZoneId.of(place.zone);
    this.days = days;
    this.paced = paced;
    this.byCategory = random.nextInt(3) == 0;
    long change = Instant.parse(place.change).toEpochMilli();
    long before = days ? random.nextLong(2 * 86_400_000L) : random.nextLong(60_000);
    long quarters = random.nextInt(3) == 0 ? (long) random.nextInt(200) * QUARTER : 0;
    this.startMillis = change - before - quarters;
  }

  Policy policy(SplittableRandom random) {
    if (random.nextInt(byCategory ? 3 : 12) == 0) {
      return Policy.NONE;
    }
    List<Limit> limits = new ArrayList<>();
    for (int i = Math.max(0, random.nextInt(-1, 4)) - 1; i >= 0; i--) {
      limits.add(limit(random, "limit-" + i));
    }
    List<Cap> caps = new ArrayList<>();
    for (int i = Math.max(0, random.nextInt(-1, 3)) - 1; i >= 0; i--) {
      caps.add(cap(random, "cap-" + i));
    }
    List<QuietHours> hours = new ArrayList<>();
    for (int i = Math.max(0, random.nextInt(-1, 3)); i > 0; i--) {
      hours.add(hours(random));
    }
    return new Policy(
        limits,
        caps,
        batch(random),
        bypass(random),
        hours,
        random.nextInt(3) == 0 ? ZoneOffset.UTC : zone,
        random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(1, 3_600_000)) : Duration.ZERO,
        mailbox(random),
        broadcastRate(random));
  }

  /** The policy with one of its rules another: its name stays. */
  Policy edited(SplittableRandom random, Policy policy) {
    List<Limit> limits = new ArrayList<>(policy.limits());
    if (limits.isEmpty()) {
      return policy(random);
    }
    int i = random.nextInt(limits.size());
    limits.set(i, limit(random, limits.get(i).name()));
    return new Policy(
        limits,
        policy.caps(),
        policy.batch(),
        policy.bypass(),
        policy.quietHours(),
        policy.timezone(),
        policy.smoothing(),
        policy.mailbox(),
        policy.broadcastRate());
  }

  /** What is set for a user; empty: nothing any more. */
  String settings(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> new UserSettings(null, ZoneId.of(any(random).zone), "{}").toJson();
      case 2 -> new UserSettings("nobody-has-it", null, "{}").toJson();
      case 3 -> "{\"overrides\":{\"limits\":[{\"limit\":0}],\"smoothing\":null}}";
      case 4 -> new UserSettings(Plan.NAMED, zone, "{}").toJson();
      default -> new UserSettings(null, null, policy(random).toJson()).toJson();
    };
  }

  private Limit limit(SplittableRandom random, String name) {
    int limit = random.nextInt(1, 20);
    int most = days ? 6 * 3_600_000 : 10_000;
    return new Limit(
        name,
        limit,
        Duration.ofMillis(random.nextInt(1, most)),
        random.nextInt(1, 2 * limit + 1),
        unit(random),
        category(random),
        onExceed(random));
  }

  private Cap cap(SplittableRandom random, String name) {
    Period per = random.nextBoolean() ? Period.DAY : Period.WEEK;
    int limit = random.nextInt(1, per == Period.DAY ? 6 : 13);
    return new Cap(name, limit, per, unit(random), category(random), onExceed(random));
  }

  private QuietHours hours(SplittableRandom random) {
    Set<DayOfWeek> on =
        random.nextInt(3) > 0
            ? EnumSet.allOf(DayOfWeek.class)
            : EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.of(random.nextInt(1, 8)));
    return new QuietHours(on, time(random), time(random));
  }

  private LocalTime time(SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      return LocalTime.of(random.nextInt(24), 15 * random.nextInt(4));
    }
    LocalTime start =
        Instant.ofEpochMilli(startMillis).atZone(zone).toLocalTime().truncatedTo(ChronoUnit.HOURS);
    return start.plusMinutes(15L * random.nextInt(days ? -20 : -2, days ? 20 : 7));
  }

  private Batch batch(SplittableRandom random) {
    int most = days ? 4 * 3_600_000 : 20_000;
    return new Batch(
        random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextInt(1, most)),
        random.nextBoolean() ? BatchMode.FIRST : BatchMode.LOOK_BACK,
        random.nextInt(1, random.nextBoolean() ? 257 : 5),
        random.nextBoolean() ? 65_536 : random.nextInt(1, 150));
  }

  private static Map<Urgency, Set<Gate>> bypass(SplittableRandom random) {
    Map<Urgency, Set<Gate>> bypass = new EnumMap<>(Urgency.class);
    for (int i = random.nextInt(-2, 3); i > 0; i--) {
      Set<Gate> gates = EnumSet.noneOf(Gate.class);
      for (Gate gate : Gate.values()) {
        if (random.nextBoolean()) {
          gates.add(gate);
        }
      }
      bypass.put(Urgency.at(random.nextInt(1, 4)), gates);
    }
    return bypass;
  }

  private static MailboxBounds mailbox(SplittableRandom random) {
    return random.nextInt(3) > 0
        ? MailboxBounds.DEFAULT
        : new MailboxBounds(
            random.nextBoolean() ? null : random.nextInt(1, 20),
            random.nextBoolean() ? null : random.nextLong(1, 500),
            random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(1_000, 90_000)),
            random.nextBoolean() ? Overflow.OLDEST : Overflow.LOWEST_URGENCY);
  }

  /** So low that it takes a while. */
  private @Nullable Integer broadcastRate(SplittableRandom random) {
    return switch (random.nextInt(paced ? 3 : 12)) {
      case 0 -> random.nextInt(1, 5);
      case 1 -> random.nextInt(1, 200);
      default -> null;
    };
  }

  private static Place any(SplittableRandom random) {
    return PLACES.get(random.nextInt(PLACES.size()));
  }

  private static CountUnit unit(SplittableRandom random) {
    return random.nextBoolean() ? CountUnit.PUSHES : CountUnit.MESSAGES;
  }

  private @Nullable String category(SplittableRandom random) {
    return !byCategory && random.nextBoolean() ? null : "g" + random.nextInt(2);
  }

  private static OnExceed onExceed(SplittableRandom random) {
    OnExceed[] all = OnExceed.values();
    return random.nextInt(3) > 0 ? OnExceed.DEFER : all[random.nextInt(all.length)];
  }
}
