package io.tidegate.fanout.pace;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.BatchMode;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Period;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.rate.Gcra;
import io.tidegate.fanout.pace.Rules.Quota;
import io.tidegate.fanout.pace.Rules.Rate;
import io.tidegate.fanout.state.ClockRecord;
import io.tidegate.fanout.state.CountRecord;
import io.tidegate.fanout.state.PaceRecord;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An effective policy in the form in which it is applied: immutable but for remembered days and
 * hours, to be shared by all users and threads that it holds for.
 *
 * <p>What holds a message back comes in two kinds. Quiet hours, the smoothed release after them and
 * an open batch window hold it: it waits. Limits and caps are asked once nothing holds it, and what
 * exceeds them is deferred, collapsed or dropped, where a drop goes before a collapse before a
 * defer.
 *
 * <p>An urgency that bypasses a gate is not checked against it, but what it sends counts all the
 * same: it puts limits and caps ahead for the others, a limit by a burst at the most ({@link
 * Gcra#broughtBack}).
 */
public final class Pace {
  final Rate[] rates;
  final Quota[] quotas;
  final Batch batch;

  private final String[] limitNames;
  private final String[] capNames;
  private final Map<Urgency, Set<Gate>> bypass = new EnumMap<>(Urgency.class);
  private final @Nullable QuietTimes quiet;
  private final long smoothingMillis;
  private final long windowMillis;

  private Pace(Policy policy) {
    Days days = new Days(policy.timezone(), Period.DAY);
    Days weeks = new Days(policy.timezone(), Period.WEEK);
    rates = policy.limits().stream().map(Rate::of).toArray(Rate[]::new);
    quotas =
        policy.caps().stream()
            .map(cap -> Quota.of(cap, cap.per() == Period.DAY ? days : weeks))
            .toArray(Quota[]::new);
    limitNames = policy.limits().stream().map(limit -> limit.name()).toArray(String[]::new);
    capNames = policy.caps().stream().map(cap -> cap.name()).toArray(String[]::new);
    batch = policy.batch();
    windowMillis = batch.window().toMillis();
    smoothingMillis = policy.smoothing().toMillis();
    quiet =
        policy.quietHours().isEmpty()
            ? null
            : new QuietTimes(policy.quietHours(), policy.timezone());
    policy.bypass().forEach((urgency, gates) -> bypass.put(urgency, EnumSet.copyOf(gates)));
  }

  public static Pace of(Policy effective) {
    return new Pace(effective);
  }

  /**
   * To be told of every message when it arrives, or gets ready to go if that is later: it may open
   * a batch window. A message that this was not told of waits for no window but one that is open.
   */
  public void arrived(PaceState state, Urgency urgency, long nowMillis) {
    if (windowMillis == 0 || bypasses(urgency, Gate.BATCH)) {
      return;
    }
    boolean open = state.windowMillis <= nowMillis && nowMillis < state.windowMillis + windowMillis;
    if (open) {
      return;
    }
    switch (batch.mode()) {
      case FIRST -> state.windowMillis = nowMillis;
      case LOOK_BACK -> {
        if (nowMillis < state.pushedMillis + windowMillis) {
          state.windowMillis = Math.min(state.pushedMillis, nowMillis);
        }
      }
    }
  }

  /**
   * Opens one push: one frame, which a user perceives as one thing.
   *
   * @param userHash of the user, the same each time; it says when the user's turn is in a smoothed
   *     release
   */
  public PushGate open(PaceState state, int userHash, long nowMillis) {
    bringBack(state, nowMillis);
    return new PushGate(this, state, userHash, nowMillis);
  }

  /**
   * When nothing is remembered that still counts, epoch milliseconds, rounded up; at or before now
   * means now.
   */
  public long idleMillis(PaceState state, long nowMillis) {
    bringBack(state, nowMillis);
    long idle = 0;
    for (int i = 0; i < rates.length; i++) {
      idle = Math.max(idle, rates[i].gcra().idleMillis(state.clocks[i]));
    }
    for (int i = 0; i < quotas.length; i++) {
      idle = Math.max(idle, quotas[i].idleMillis(state, i, nowMillis));
    }
    if (windowMillis > 0) {
      idle = Math.max(idle, Math.max(state.windowMillis, state.pushedMillis) + windowMillis);
    }
    return idle;
  }

  /** What of {@code state} still counts, and forgets the rest; empty if nothing does. */
  public PaceRecord record(PaceState state, long nowMillis) {
    forgetIdle(state, nowMillis);
    PaceRecord.Builder record = PaceRecord.newBuilder();
    for (int i = 0; i < rates.length; i++) {
      if (state.clocks[i] != 0) {
        record.addClocks(
            ClockRecord.newBuilder().setRule(limitNames[i]).setInstantNanos(state.clocks[i]));
      }
    }
    for (int i = 0; i < quotas.length; i++) {
      if (state.counts[i] != 0) {
        record.addCounts(
            CountRecord.newBuilder()
                .setRule(capNames[i])
                .setFirstDay(state.days[i])
                .setCount(state.counts[i]));
      }
    }
    return record.setWindowMillis(state.windowMillis).setPushedMillis(state.pushedMillis).build();
  }

  private void forgetIdle(PaceState state, long nowMillis) {
    bringBack(state, nowMillis);
    for (int i = 0; i < rates.length; i++) {
      if (rates[i].gcra().idleMillis(state.clocks[i]) <= nowMillis) {
        state.clocks[i] = 0;
      }
    }
    for (int i = 0; i < quotas.length; i++) {
      if (quotas[i].idleMillis(state, i, nowMillis) <= nowMillis) {
        state.counts[i] = 0;
        state.days[i] = 0;
      }
    }
    if (state.windowMillis + windowMillis <= nowMillis) {
      state.windowMillis = 0;
    }
    if (state.pushedMillis + windowMillis <= nowMillis) {
      state.pushedMillis = 0;
    }
  }

  boolean bypasses(Urgency urgency, Gate gate) {
    Set<Gate> gates = bypass.get(urgency);
    return gates != null && gates.contains(gate);
  }

  /** Until when quiet hours hold a message; {@code millis} if they do not. */
  long quietUntil(long millis) {
    if (quiet == null) {
      return millis;
    }
    QuietTimes.Stretch stretch = quiet.at(millis);
    return stretch.quiet() ? stretch.untilMillis() : millis;
  }

  /**
   * Until when a message awaits its turn after quiet hours; {@code millis} if it does not. The turn
   * comes when a fraction of the smoothing is over that hangs on the user and the end of the quiet
   * hours, so that it is not the same users each time that come last: at once for high urgency,
   * after twice the time for low, three times for very low. Half of the time until the next quiet
   * hours is left free.
   */
  long turnMillis(Urgency urgency, int userHash, long millis) {
    if (quiet == null || smoothingMillis == 0 || urgency == Urgency.HIGH) {
      return millis;
    }
    QuietTimes.Stretch stretch = quiet.at(millis);
    if (stretch.quiet() || stretch.fromMillis() == Long.MIN_VALUE) {
      return millis;
    }
    long weight = (long) Urgency.HIGH.position() - urgency.position();
    long free = stretch.untilMillis() - stretch.fromMillis();
    long spread = Math.min(smoothingMillis * weight, free / 2);
    // The golden ratio spreads neighbours; the upper half of the product is well mixed.
    long fraction = ((userHash + stretch.fromMillis()) * 0x9E3779B97F4A7C15L) >>> 32;
    return Math.max(millis, stretch.fromMillis() + ((fraction * spread) >>> 32));
  }

  /** Until when an open window holds a message; {@code millis} if none does. */
  long windowUntil(PaceState state, long arrivedMillis, long millis) {
    return windowMillis > 0 && arrivedMillis >= state.windowMillis
        ? Math.max(millis, state.windowMillis + windowMillis)
        : millis;
  }

  void pushed(PaceState state, long nowMillis) {
    if (windowMillis > 0 && batch.mode() == BatchMode.LOOK_BACK) {
      state.pushedMillis = nowMillis;
    }
  }

  /** So that a clock that was set back stops nobody for as long, here and in the batch windows. */
  private void bringBack(PaceState state, long nowMillis) {
    state.bind(limitNames, capNames);
    for (int i = 0; i < rates.length; i++) {
      state.clocks[i] = rates[i].gcra().broughtBack(state.clocks[i], nowMillis);
    }
    for (int i = 0; i < quotas.length; i++) {
      state.days[i] = Math.min(state.days[i], quotas[i].days().at(nowMillis).firstDay());
    }
    state.windowMillis = Math.min(state.windowMillis, nowMillis);
    state.pushedMillis = Math.min(state.pushedMillis, nowMillis);
  }
}
