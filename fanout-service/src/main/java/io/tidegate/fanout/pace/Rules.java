package io.tidegate.fanout.pace;

import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.rate.Gcra;
import org.jspecify.annotations.Nullable;

/** The rules of a policy in the form in which they are checked. */
final class Rules {
  private Rules() {}

  /** A limit. */
  record Rate(Gcra gcra, Scope scope) {
    static Rate of(Limit limit) {
      return new Rate(
          Gcra.of(limit.limit(), limit.window(), limit.burst()),
          new Scope(limit.name(), limit.unit(), limit.category(), limit.onExceed()));
    }
  }

  /** A cap. */
  record Quota(long limit, Days days, Scope scope) {
    static Quota of(Cap cap, Days days) {
      return new Quota(
          cap.limit(), days, new Scope(cap.name(), cap.unit(), cap.category(), cap.onExceed()));
    }

    /** When nothing is counted any more; 0 if nothing is. */
    long idleMillis(PaceState state, int i, long nowMillis) {
      Days.Span span = days.at(nowMillis);
      return count(state, i, span) > 0 ? span.untilMillis() : 0;
    }

    /**
     * What the period of {@code span} has had; of a later one too, since that is a clock's slip.
     */
    long count(PaceState state, int i, Days.Span span) {
      return state.days[i] >= span.firstDay() ? state.counts[i] : 0;
    }
  }

  /** What a rule counts. */
  record Scope(String name, CountUnit unit, @Nullable String category, OnExceed onExceed) {

    /** Whether a message would count, in a push in which the rule has counted already or not. */
    boolean counts(@Nullable String messageCategory, boolean already) {
      return (category == null || category.equals(messageCategory))
          && (!already || unit == CountUnit.MESSAGES);
    }
  }
}
