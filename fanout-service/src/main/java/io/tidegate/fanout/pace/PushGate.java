package io.tidegate.fanout.pace;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.fanout.pace.Rules.Quota;
import io.tidegate.fanout.pace.Rules.Rate;
import io.tidegate.fanout.pace.Rules.Scope;
import org.jspecify.annotations.Nullable;

/**
 * One push in the making. A rule that counts pushes counts the first message in it that it is
 * about; the ones after it are not asked again, so they ride along even with one that bypassed the
 * rule. A rule that counts messages counts each. To be thrown away when the push is sent or when
 * time has gone on.
 */
public final class PushGate {
  /** Quiet hours, a turn, a day and a week: what can follow each other is much less. */
  private static final int MAX_STEPS = 64;

  private final Pace pace;
  private final PaceState state;
  private final int userHash;
  private final long now;

  private int messages;
  private long bytes;

  /** A bit for each limit, then for each cap, that has counted this push. */
  private int counted;

  PushGate(Pace pace, PaceState state, int userHash, long nowMillis) {
    this.pace = pace;
    this.state = state;
    this.userHash = userHash;
    this.now = nowMillis;
  }

  /**
   * Takes one more message if everything allows it, and counts it against all rules together; else
   * changes nothing.
   *
   * @param payloadBytes beyond the batch's bounds only the first message of a push may be
   * @param arrivedMillis when the message arrived, or got ready to go if that is later
   */
  public Verdict admit(
      Urgency urgency, @Nullable String category, int payloadBytes, long arrivedMillis) {
    Verdict verdict = check(urgency, category, payloadBytes, arrivedMillis);
    if (verdict instanceof Verdict.Go) {
      count(category);
      if (messages == 0) {
        pace.pushed(state, now);
      }
      messages++;
      bytes += payloadBytes;
    }
    return verdict;
  }

  /** What {@link #admit} would say; changes nothing. */
  public Verdict check(
      Urgency urgency, @Nullable String category, int payloadBytes, long arrivedMillis) {
    if (messages >= pace.batch.maxMessages()
        || (messages > 0 && bytes + payloadBytes > pace.batch.maxBytes())) {
      return Verdict.FULL;
    }
    return !isHeld(urgency, arrivedMillis) && exceeded(urgency, category, now, counted) == null
        ? Verdict.GO
        : blocked(urgency, category, arrivedMillis);
  }

  private boolean isHeld(Urgency urgency, long arrived) {
    if (!pace.bypasses(urgency, Gate.QUIET_HOURS)
        && (pace.quietUntil(now) > now || pace.turnMillis(urgency, userHash, now) > now)) {
      return true;
    }
    return !pace.bypasses(urgency, Gate.BATCH) && pace.windowUntil(state, arrived, now) > now;
  }

  /**
   * What is said of a message that cannot go in this push is what would be said of it in a push of
   * its own, whose rules count anew. Goes from instant to instant at which the last of those that
   * block lets go, until none does; each blocks without a break until it lets go, so nothing is
   * missed in between.
   */
  private Verdict blocked(Urgency urgency, @Nullable String category, long arrived) {
    Scope refusing = null;
    Block last = null;
    long at = now;
    for (int step = 0; step < MAX_STEPS && at < Message.NEVER; step++) {
      Block block = held(urgency, arrived, at);
      if (block == null) {
        Scope exceeded = exceeded(urgency, category, at, 0);
        if (exceeded == null) {
          break;
        }
        if (exceeded.onExceed() != OnExceed.DEFER) {
          if (at > now && refusing == null) {
            break; // then is the time to drop or collapse it
          }
          refusing = refusing == null ? exceeded : refusing;
        }
        block = longest(urgency, category, at);
      }
      last = block;
      at = block.until;
    }
    if (refusing != null) {
      return new Verdict.Exceeded(refusing.name(), refusing.onExceed(), at);
    }
    if (last == null) {
      throw new IllegalStateException("nothing blocks");
    }
    return new Verdict.Wait(last.rule, last.cause, at);
  }

  private record Block(String rule, Cause cause, long until) {}

  /** What holds the message longest, if anything does, before limits and caps are asked. */
  private @Nullable Block held(Urgency urgency, long arrived, long at) {
    long until = at;
    Cause cause = Cause.QUIET_HOURS;
    if (!pace.bypasses(urgency, Gate.QUIET_HOURS)) {
      until = pace.quietUntil(at);
      long turn = pace.turnMillis(urgency, userHash, at);
      if (turn > until) {
        until = turn;
        cause = Cause.SMOOTHING;
      }
    }
    if (!pace.bypasses(urgency, Gate.BATCH)) {
      long window = pace.windowUntil(state, arrived, at);
      if (window > until) {
        until = window;
        cause = Cause.BATCH;
      }
    }
    return until > at ? new Block(cause.label(), cause, until) : null;
  }

  /**
   * The rule that does not allow the message; of several one whose consequence goes first.
   *
   * @param already the rules that have counted the push
   */
  private @Nullable Scope exceeded(
      Urgency urgency, @Nullable String category, long at, int already) {
    Scope worst = null;
    if (!pace.bypasses(urgency, Gate.LIMITS)) {
      for (int i = 0; i < pace.rates.length; i++) {
        Rate rate = pace.rates[i];
        if (rate.scope().counts(category, has(already, i))
            && rate.gcra().eligibleMillis(state.clocks[i]) > at) {
          worst = worse(worst, rate.scope());
        }
      }
    }
    if (!pace.bypasses(urgency, Gate.CAPS)) {
      for (int i = 0; i < pace.quotas.length; i++) {
        Quota quota = pace.quotas[i];
        if (quota.scope().counts(category, has(already, pace.rates.length + i))
            && quota.count(state, i, quota.days().at(at)) >= quota.limit()) {
          worst = worse(worst, quota.scope());
        }
      }
    }
    return worst;
  }

  private static Scope worse(@Nullable Scope one, Scope other) {
    return one == null || other.onExceed().compareTo(one.onExceed()) > 0 ? other : one;
  }

  /** Of the rules that do not allow the message at {@code at} the one that does last. */
  private Block longest(Urgency urgency, @Nullable String category, long at) {
    Block longest = new Block("", Cause.LIMIT, at);
    if (!pace.bypasses(urgency, Gate.LIMITS)) {
      for (int i = 0; i < pace.rates.length; i++) {
        Rate rate = pace.rates[i];
        long until = rate.gcra().eligibleMillis(state.clocks[i]);
        if (until > longest.until && rate.scope().counts(category, false)) {
          longest = new Block(rate.scope().name(), Cause.LIMIT, until);
        }
      }
    }
    if (!pace.bypasses(urgency, Gate.CAPS)) {
      for (int i = 0; i < pace.quotas.length; i++) {
        Quota quota = pace.quotas[i];
        Days.Span span = quota.days().at(at);
        if (span.untilMillis() > longest.until
            && quota.scope().counts(category, false)
            && quota.count(state, i, span) >= quota.limit()) {
          longest = new Block(quota.scope().name(), Cause.CAP, span.untilMillis());
        }
      }
    }
    return longest;
  }

  private void count(@Nullable String category) {
    for (int i = 0; i < pace.rates.length; i++) {
      Rate rate = pace.rates[i];
      if (rate.scope().counts(category, has(counted, i))) {
        state.clocks[i] = rate.gcra().taken(state.clocks[i], now);
        counted |= 1 << i;
      }
    }
    for (int i = 0; i < pace.quotas.length; i++) {
      Quota quota = pace.quotas[i];
      int bit = pace.rates.length + i;
      if (quota.scope().counts(category, has(counted, bit))) {
        Days.Span span = quota.days().at(now);
        state.counts[i] = quota.count(state, i, span) + 1;
        state.days[i] = span.firstDay();
        counted |= 1 << bit;
      }
    }
  }

  private static boolean has(int bits, int bit) {
    return (bits & (1 << bit)) != 0;
  }
}
