package io.tidegate.loadtest.ledger;

import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.rate.Gcra;
import io.tidegate.loadtest.profile.Sending;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether pushes come to a device faster than the limits of its user's policy let them, or with
 * more messages in one than it has ({@link BatchCheck}). They are judged by when they came, so what
 * was on its way longer than the next one may come close to it: {@code slack} is how much of that
 * is put up with.
 *
 * <p>When a push came proves something only of a device that read all the time. One that did not,
 * because it was kept from it or had no connection, then reads together what was released one after
 * another, and is not judged until it has caught up: when it is shown a message that was handed in
 * no longer than the slack ago, behind which nothing older can wait, or when after a push none came
 * for a while. From then on it is judged as if it had had no push before.
 *
 * <p>What is above a limit is counted, and does not count against those after it, so each one too
 * many is counted once. For one device it is called from one thread.
 */
public final class LimitCheck {
  /** That nothing came for so long says that nothing waits, where the slack is not longer. */
  private static final long LEAST_QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  /** Of {@link #behind}: whatever comes is judged. */
  private static final long CAUGHT_UP = 0;

  /** Of {@link #behind}: no push has come since it reads again. */
  private static final long NONE_CAME = -1;

  private final List<Limit> limits;
  private final List<Gcra> rates;
  private final long slackNanos;
  private final Faults faults;
  private final @Nullable BatchCheck batches;

  /** By device, and in it by limit. */
  private final long[] instants;

  /** By device: when the last push came to one that may still read what has waited for it. */
  private final long[] behind;

  /**
   * @param policy of all users
   * @param sending says which of its limits count what is sent
   * @param devicesEach of each user
   */
  public LimitCheck(
      Policy policy, Sending sending, int devices, int devicesEach, Duration slack, Faults faults) {
    this.limits = counting(policy, sending);
    this.rates =
        limits.stream()
            .map(limit -> Gcra.of(limit.limit(), limit.window(), limit.burst()))
            .map(rate -> new Gcra(rate.emissionNanos(), rate.toleranceNanos() + slack.toNanos()))
            .toList();
    this.slackNanos = slack.toNanos();
    this.faults = faults;
    this.batches = BatchCheck.of(policy, sending, devices, devicesEach, faults);
    this.instants = new long[devices * limits.size()];
    this.behind = new long[devices];
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

  /** A device reads again after it did not: what waited meanwhile comes close together. */
  public void readsAgain(int device) {
    behind[device] = NONE_CAME;
    if (batches != null) {
      batches.readsAgain(device);
    }
  }

  /**
   * A device was shown a message of the run, of a push that is told behind it.
   *
   * @param sentNanos when it was handed in, or any instant before
   * @param nanos since the begin of the run
   */
  public void shown(int device, long sentNanos, long nanos) {
    if (batches != null) {
      batches.shown(device);
    }
    if (behind[device] != CAUGHT_UP && nanos - sentNanos <= slackNanos) {
      judgeAnew(device);
    }
  }

  private void judgeAnew(int device) {
    behind[device] = CAUGHT_UP;
    Arrays.fill(instants, device * limits.size(), (device + 1) * limits.size(), 0);
  }

  /**
   * A device was sent a push.
   *
   * @param messages of it that were new, at least 1
   * @param nanos since the begin of the run, above 0
   */
  public void pushed(int device, int messages, long nanos) {
    if (batches != null) {
      batches.pushed(device);
    }
    long last = behind[device];
    if (last != CAUGHT_UP) {
      boolean quiet = last != NONE_CAME && nanos - last >= Math.max(slackNanos, LEAST_QUIET_NANOS);
      if (!quiet) {
        behind[device] = nanos;
        return;
      }
      judgeAnew(device);
    }
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
