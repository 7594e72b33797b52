package io.tidegate.fanout.pace;

import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Limit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a limit means, word by word, for one user: remembers all that it counted and compares each
 * with each. Times are milliseconds of a clock that only runs forward.
 */
final class NaiveLimit {
  private static final int NO_PUSH = Integer.MIN_VALUE;
  private static final long NANOS = 1_000_000;

  final Limit limit;

  /** Between two at the steady rate, rounded up to a nanosecond. */
  private final long emission;

  private final List<Long> counted = new ArrayList<>();

  /** Of these, what the limit was asked for. */
  private final List<Long> asked = new ArrayList<>();

  private int lastPush = NO_PUSH;

  /** What was counted before is not known, but it was a burst at most; -1: all is known. */
  private long doubtMillis = -1;

  private int sinceDoubt;

  NaiveLimit(Limit limit) {
    this.limit = limit;
    this.emission = Math.ceilDiv(limit.window().toNanos(), limit.limit());
  }

  /** Whether what that one counted is what this one would have counted. */
  boolean continues(Limit other) {
    return limit.limit() == other.limit()
        && limit.window().equals(other.window())
        && limit.burst() == other.burst()
        && counts(other.unit(), other.category(), limit);
  }

  private static boolean counts(CountUnit unit, @Nullable String category, Limit limit) {
    return limit.unit() == unit
        && (category == null ? limit.category() == null : category.equals(limit.category()));
  }

  /** The same rule with another consequence. */
  NaiveLimit with(Limit other) {
    NaiveLimit same = new NaiveLimit(other);
    same.counted.addAll(counted);
    same.asked.addAll(asked);
    same.lastPush = lastPush;
    same.doubtMillis = doubtMillis;
    same.sinceDoubt = sinceDoubt;
    return same;
  }

  void doubt(long now) {
    doubtMillis = now;
    sinceDoubt = counted.size();
  }

  /** Whether it would count a message of that push. */
  boolean isAbout(int push, @Nullable String category) {
    return (limit.category() == null || limit.category().equals(category))
        && (limit.unit() == CountUnit.MESSAGES || push != lastPush);
  }

  boolean exceeds(long at, NaivePace.View view) {
    for (int first = 0; first < counted.size(); first++) {
      if (isOver(counted.size() - first + 1, at - counted.get(first))) {
        return true;
      }
    }
    return view == NaivePace.View.MOST
        && doubtMillis >= 0
        && isOver(limit.burst() + counted.size() - sinceDoubt + 1, at - doubtMillis);
  }

  private boolean isOver(long count, long millis) {
    return (count - limit.burst()) * emission > millis * NANOS;
  }

  /** The first millisecond from which on one more does not exceed it. */
  long freeMillis() {
    long free =
        doubtMillis < 0 ? 0 : free(doubtMillis, limit.burst() + counted.size() - sinceDoubt);
    for (int first = 0; first < counted.size(); first++) {
      free = Math.max(free, free(counted.get(first), counted.size() - first));
    }
    return free;
  }

  private long free(long first, long count) {
    return first + Math.ceilDiv((count + 1 - limit.burst()) * emission, NANOS);
  }

  /**
   * Counts one.
   *
   * @return what is wrong if the limit, as it is written, does not hold for those that it was asked
   *     for
   */
  @Nullable String count(int push, long now, boolean bypassed) {
    lastPush = push;
    if (bypassed) {
      if (exceeds(now, NaivePace.View.LEAST)) {
        // A limit is put ahead by a burst at the most.
        counted.clear();
        for (long i = 0; i < limit.burst(); i++) {
          counted.add(now);
        }
        sinceDoubt = Math.min(sinceDoubt, counted.size());
        return null;
      }
      counted.add(now);
      return null;
    }
    counted.add(now);
    asked.add(now);
    for (int first = 0; first < asked.size(); first++) {
      long count = (long) asked.size() - first;
      long millis = now - asked.get(first);
      if ((count - limit.burst()) * limit.window().toMillis() > millis * limit.limit()) {
        return count + " in " + millis + " ms with " + limit;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return limit.name() + counted + (doubtMillis < 0 ? "" : " doubted at " + doubtMillis);
  }
}
