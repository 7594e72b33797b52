package io.tidegate.loadtest.ledger;

import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.rate.Gcra;
import io.tidegate.loadtest.profile.Sending;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Whether pushes come to a device faster than the limits of its user's policy let them. They are
 * judged by when they came, so what was on its way longer than the next one may come close to it:
 * {@code slack} is how much of that is put up with.
 *
 * <p>What is above a limit is counted, and does not count against those after it, so each one too
 * many is counted once. For one device it is called from one thread.
 */
public final class LimitCheck {
  private final List<Limit> limits;
  private final List<Gcra> rates;
  private final Faults faults;

  /** By device, and in it by limit. */
  private final long[] instants;

  /**
   * @param policy of all users
   * @param sending says which of its limits count what is sent
   */
  public LimitCheck(Policy policy, Sending sending, int devices, Duration slack, Faults faults) {
    this.limits = counting(policy, sending);
    this.rates =
        limits.stream()
            .map(limit -> Gcra.of(limit.limit(), limit.window(), limit.burst()))
            .map(rate -> new Gcra(rate.emissionNanos(), rate.toleranceNanos() + slack.toNanos()))
            .toList();
    this.faults = faults;
    this.instants = new long[devices * limits.size()];
  }

  /** The limits that count what is sent. */
  static List<Limit> counting(Policy policy, Sending sending) {
    Set<Gate> bypassed = policy.bypass().getOrDefault(sending.urgency(), Set.of());
    return bypassed.contains(Gate.LIMITS)
        ? List.of()
        : policy.limits().stream()
            .filter(
                limit ->
                    limit.category() == null
                        || Objects.equals(limit.category(), sending.category()))
            .toList();
  }

  /**
   * A device was sent a push.
   *
   * @param messages of it that were new, at least 1
   * @param nanos since the begin of the run, above 0
   */
  public void pushed(int device, int messages, long nanos) {
    for (int i = 0; i < limits.size(); i++) {
      int at = device * limits.size() + i;
      int count = limits.get(i).unit() == CountUnit.MESSAGES ? messages : 1;
      for (int n = 0; n < count; n++) {
        one(device, i, at, nanos);
      }
    }
  }

  private void one(int device, int limit, int at, long nanos) {
    long early = rates.get(limit).eligibleNanos(instants[at], 1) - nanos;
    if (early <= 0) {
      instants[at] = rates.get(limit).takenNanos(instants[at], nanos);
    } else {
      faults.add(
          Fault.ABOVE_LIMIT,
          () ->
              "a push to device %d at %.3f s, %.3f s before limit %s lets it"
                  .formatted(device, nanos / 1e9, early / 1e9, limits.get(limit).name()));
    }
  }
}
