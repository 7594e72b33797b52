package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.BatchMode;
import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Period;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.QuietHours;
import io.tidegate.fanout.state.PaceRecord;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random policies and messages, from days around a change of the clock, against the naive model.
 */
class PacePropertyTest {
  private static final int ROUNDS = 60;
  private static final int STEPS = 80;
  private static final int USER = 4711;

  private record Place(String zone, String change) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("Z", "2026-11-29T00:00:00Z"),
          new Place("Europe/Berlin", "2026-03-29T01:00:00Z"),
          new Place("Europe/Berlin", "2026-10-25T01:00:00Z"),
          new Place("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
          new Place("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
          new Place("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
          new Place("Australia/Lord_Howe", "2026-10-03T15:30:00Z"));

  /** A message that waits. */
  private record Waiting(Urgency urgency, @Nullable String category, int bytes, long arrived) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void verdictsShouldBeThoseOfTheNaiveModel(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      play(seed, round, random, false);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void whatBypassesShouldLeaveTheOthersWithinTheirLimits(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      play(seed, round, random, true);
    }
  }

  private static void play(long seed, int round, Random random, boolean bypass) throws Exception {
    Place place = PLACES.get(random.nextInt(PLACES.size()));
    Policy policy = policy(random, ZoneId.of(place.zone), bypass);
    Pace pace = Pace.of(policy);
    PaceState state = new PaceState();
    NaivePace naive = new NaivePace(policy, NaiveQuiet::new);
    List<Waiting> waiting = new ArrayList<>();
    long now = Instant.parse(place.change).toEpochMilli() - random.nextLong(3 * 86_400_000L);
    int pushes = 0;
    for (int step = 0; step < STEPS; step++) {
      String at = "seed " + seed + ", round " + round + ", step " + step + ", " + now;
      now += pause(random);
      if (random.nextInt(6) == 0) {
        state = restarted(pace, state, now);
      }
      if (random.nextInt(10) == 0) {
        policy = rearranged(random, policy);
        pace = Pace.of(policy);
      }
      NaivePace.Time time = NaivePace.Time.of(now);
      naive.begin(policy, time);
      if (random.nextInt(4) > 0) {
        Waiting arrival = message(random, now);
        waiting.add(arrival);
        pace.arrived(state, arrival.urgency, now);
        naive.arrived(arrival.urgency, now);
      }

      PushGate push = pace.open(state, USER, now);
      pushes++;
      int inPush = 0;
      long bytes = 0;
      for (Waiting each : List.copyOf(waiting)) {
        // When
        Verdict verdict = push.admit(each.urgency, each.category, each.bytes, each.arrived);

        // Then
        String as = at + ", " + each + " " + verdict + " with " + policy.toJson() + " " + naive;
        boolean full =
            inPush >= policy.batch().maxMessages()
                || (inPush > 0 && bytes + each.bytes > policy.batch().maxBytes());
        assertThat(verdict instanceof Verdict.Full).as(as).isEqualTo(full);
        if (full) {
          continue;
        }
        NaivePace.Says says = says(naive, pushes, each, now);
        if (says != NaivePace.Says.GO) {
          // Then it is asked what would be in a push of its own.
          says = says(naive, -1, each, now);
        }
        assertThat(said(verdict)).as(as).isEqualTo(said(says));
        if (verdict instanceof Verdict.Go) {
          assertThat(naive.sent(pushes, each.urgency, each.category, time)).as(as).isNull();
          waiting.remove(each);
          inPush++;
          bytes += each.bytes;
        } else if (verdict instanceof Verdict.Exceeded exceeded
            && exceeded.onExceed() == OnExceed.DROP) {
          waiting.remove(each);
        }
      }
      for (Waiting each : waiting) {
        Verdict verdict = push.check(each.urgency, each.category, 0, each.arrived);
        String as = at + ", " + each + " " + verdict + " with " + policy.toJson() + " " + naive;
        if (verdict instanceof Verdict.Wait wait) {
          checkUntil(as, pace, state, naive, each, wait, now);
        }
      }
      if (random.nextInt(4) == 0 && !waiting.isEmpty()) {
        Waiting next = waiting.getFirst();
        Verdict verdict = push.check(next.urgency, next.category, 0, next.arrived);
        if (verdict instanceof Verdict.Wait wait && wait.untilMillis() - now < 5 * 86_400_000L) {
          now = wait.untilMillis();
        }
      }
    }
  }

  /** That until then nothing changes, and that then something does. */
  private static void checkUntil(
      String as,
      Pace pace,
      PaceState state,
      NaivePace naive,
      Waiting message,
      Verdict.Wait wait,
      long now)
      throws InvalidProtocolBufferException {
    long until = wait.untilMillis();
    assertThat(until).as(as).isGreaterThan(now);
    if (until == Message.NEVER) {
      for (int hour = 0; hour < 24 * 8; hour++) {
        assertThat(naive.isQuiet(now + hour * 3_600_000L)).as(as).isTrue();
      }
      return;
    }
    if (until - 1 > now) {
      Verdict before = alone(pace, state, now, until - 1, message);
      assertThat(before)
          .as(as + ", a millisecond before")
          .isInstanceOfSatisfying(
              Verdict.Wait.class, same -> assertThat(same.untilMillis()).isEqualTo(until));
    }
    Verdict then = alone(pace, state, now, until, message);
    assertThat(then).as(as + ", then").isNotInstanceOf(Verdict.Wait.class);
    assertThat(said(then)).as(as + ", then").isEqualTo(said(says(naive, -1, message, until)));
    if (until - 1 > now) {
      assertThat(says(naive, -1, message, until - 1))
          .as(as)
          .isIn(NaivePace.Says.HELD, NaivePace.Says.DEFER);
    }
  }

  private static NaivePace.Says says(NaivePace naive, int push, Waiting message, long now) {
    return naive.says(
        push,
        message.urgency,
        message.category,
        message.arrived,
        NaivePace.Time.of(now),
        NaivePace.View.LEAST);
  }

  /** In a push of its own, had nothing happened since {@code now}. */
  private static Verdict alone(Pace pace, PaceState state, long now, long at, Waiting message)
      throws InvalidProtocolBufferException {
    return pace.open(restarted(pace, state, now), USER, at)
        .check(message.urgency, message.category, 0, message.arrived);
  }

  private static PaceState restarted(Pace pace, PaceState state, long now)
      throws InvalidProtocolBufferException {
    return PaceState.of(PaceRecord.parseFrom(pace.record(state, now).toByteArray()));
  }

  private static String said(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Go go -> "GO";
      case Verdict.Full full -> "FULL";
      case Verdict.Wait wait -> "WAIT";
      case Verdict.Exceeded exceeded -> exceeded.onExceed().name();
    };
  }

  private static String said(NaivePace.Says says) {
    return switch (says) {
      case HELD, DEFER -> "WAIT";
      case GO, COLLAPSE, DROP -> says.name();
    };
  }

  private static long pause(Random random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> random.nextLong(100);
      case 3, 4 -> random.nextLong(5_000);
      case 5 -> random.nextLong(600_000);
      case 6 -> random.nextLong(4 * 3_600_000L);
      default -> 0;
    };
  }

  private static Waiting message(Random random, long now) {
    Urgency urgency = Urgency.at(random.nextInt(4));
    String category = random.nextInt(3) == 0 ? null : random.nextBoolean() ? "a" : "b";
    return new Waiting(urgency, category, random.nextInt(60), now);
  }

  private static Policy policy(Random random, ZoneId zone, boolean bypass) {
    List<Limit> limits = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      limits.add(limit(random, "limit-" + i));
    }
    List<Cap> caps = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Period per = random.nextBoolean() ? Period.DAY : Period.WEEK;
      caps.add(
          new Cap(
              "cap-" + i,
              1 + random.nextInt(per == Period.DAY ? 5 : 12),
              per,
              unit(random),
              category(random),
              onExceed(random)));
    }
    List<QuietHours> hours = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Set<DayOfWeek> days =
          random.nextBoolean()
              ? EnumSet.allOf(DayOfWeek.class)
              : EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)), DayOfWeek.SUNDAY);
      // Often in the hours in which clocks are changed.
      LocalTime from = LocalTime.of(random.nextInt(random.nextBoolean() ? 4 : 24), minute(random));
      LocalTime until = LocalTime.of(random.nextInt(random.nextBoolean() ? 4 : 24), minute(random));
      hours.add(new QuietHours(days, from, until));
    }
    Duration window =
        random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(1 + random.nextInt(20_000));
    Batch batch =
        new Batch(
            window,
            one(random, BatchMode.values()),
            1 + random.nextInt(random.nextBoolean() ? 4 : 256),
            1 + random.nextInt(random.nextBoolean() ? 150 : 65_536));
    Map<Urgency, Set<Gate>> bypasses =
        bypass ? Map.of(Urgency.HIGH, Set.of(Gate.LIMITS, Gate.CAPS)) : Map.of();
    return new Policy(
        limits, caps, batch, bypasses, hours, zone, Duration.ZERO, Policy.NONE.mailbox(), null);
  }

  private static Limit limit(Random random, String name) {
    long limit = 1 + random.nextLong(6);
    long millis =
        switch (random.nextInt(3)) {
          case 0 -> 1 + random.nextInt(2_000);
          case 1 -> 1 + random.nextInt(60_000);
          default -> 1 + random.nextInt(6 * 3_600_000);
        };
    return new Limit(
        name,
        limit,
        Duration.ofMillis(millis),
        1 + random.nextLong(2 * limit),
        unit(random),
        category(random),
        onExceed(random));
  }

  private static <T> T one(Random random, T[] values) {
    return values[random.nextInt(values.length)];
  }

  private static int minute(Random random) {
    return random.nextInt(4) * 15;
  }

  private static CountUnit unit(Random random) {
    return random.nextBoolean() ? CountUnit.PUSHES : CountUnit.MESSAGES;
  }

  private static @Nullable String category(Random random) {
    return random.nextBoolean() ? null : random.nextBoolean() ? "a" : "b";
  }

  private static OnExceed onExceed(Random random) {
    return random.nextInt(3) > 0 ? OnExceed.DEFER : one(random, OnExceed.values());
  }

  /** The same rules in another order. */
  private static Policy rearranged(Random random, Policy policy) {
    List<Limit> limits = new ArrayList<>(policy.limits());
    List<Cap> caps = new ArrayList<>(policy.caps());
    Collections.shuffle(limits, random);
    Collections.shuffle(caps, random);
    return new Policy(
        limits,
        caps,
        policy.batch(),
        policy.bypass(),
        policy.quietHours(),
        policy.timezone(),
        policy.smoothing(),
        policy.mailbox(),
        policy.broadcastRate());
  }
}
