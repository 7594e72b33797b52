package io.tidegate.fanout.policy;

import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Policies that several tests need. */
public final class TestPolicies {
  private TestPolicies() {}

  /** A limit that counts each message and defers. */
  public static Limit messages(long limit, Duration window, long burst) {
    String name = limit + "/" + window + "/" + burst;
    return new Limit(name, limit, window, burst, CountUnit.MESSAGES, null, OnExceed.DEFER);
  }

  /** Nothing but limits; those that are the same count once. */
  public static Policy withLimits(List<Limit> limits) {
    Policy none = Policy.NONE;
    return new Policy(
        new ArrayList<>(limits.stream().distinct().toList()),
        none.caps(),
        none.batch(),
        none.bypass(),
        none.quietHours(),
        none.timezone(),
        none.smoothing(),
        none.mailbox(),
        none.broadcastRate());
  }
}
