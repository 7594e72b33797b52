package io.tidegate.fanout.pace;

import io.tidegate.contract.rate.Gcra;
import io.tidegate.fanout.state.ClockRecord;
import io.tidegate.fanout.state.CountRecord;
import io.tidegate.fanout.state.PaceRecord;

/**
 * What is remembered of one user's pushes. Mutable, at most one number per rule of the policy, by
 * the rule's name: when the policy changes, what was counted goes on to count under the same name,
 * and what there is no rule for any more is forgotten.
 */
public final class PaceState {
  private static final String[] NO_NAMES = {};
  private static final long[] NONE = {};

  /** The names that {@link #clocks} belong to; the array of the {@link Pace} that last held it. */
  String[] limits = NO_NAMES;

  /** Of each limit: see {@link Gcra}. */
  long[] clocks = NONE;

  String[] caps = NO_NAMES;

  /** Of each cap: the first day of the period that {@link #counts} is of. */
  long[] days = NONE;

  long[] counts = NONE;

  /** Where the last batch window began; 0 for none. */
  long windowMillis;

  /** The last push, kept for look-back; 0 for none. */
  long pushedMillis;

  public static PaceState of(PaceRecord record) {
    PaceState state = new PaceState();
    int clocks = record.getClocksCount();
    state.limits = new String[clocks];
    state.clocks = new long[clocks];
    for (int i = 0; i < clocks; i++) {
      ClockRecord clock = record.getClocks(i);
      state.limits[i] = clock.getRule();
      state.clocks[i] = clock.getInstantNanos();
    }
    int counts = record.getCountsCount();
    state.caps = new String[counts];
    state.days = new long[counts];
    state.counts = new long[counts];
    for (int i = 0; i < counts; i++) {
      CountRecord count = record.getCounts(i);
      state.caps[i] = count.getRule();
      state.days[i] = count.getFirstDay();
      state.counts[i] = count.getCount();
    }
    state.windowMillis = record.getWindowMillis();
    state.pushedMillis = record.getPushedMillis();
    return state;
  }

  /** Makes the numbers those of the rules of these names, in their order. */
  @SuppressWarnings("ReferenceEquality") // cheap: the same Pace has the same arrays
  void bind(String[] newLimits, String[] newCaps) {
    if (limits != newLimits) {
      clocks = moved(limits, clocks, newLimits);
      limits = newLimits;
    }
    if (caps != newCaps) {
      days = moved(caps, days, newCaps);
      counts = moved(caps, counts, newCaps);
      caps = newCaps;
    }
  }

  private static long[] moved(String[] from, long[] numbers, String[] to) {
    long[] moved = new long[to.length];
    for (int i = 0; i < to.length; i++) {
      for (int j = 0; j < from.length; j++) {
        if (to[i].equals(from[j])) {
          moved[i] = numbers[j];
        }
      }
    }
    return moved;
  }
}
