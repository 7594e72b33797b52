package io.tidegate.loadtest.ledger;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Sending;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device is sent more messages in one push than the policy of its user has in one.
 *
 * <p>What was released while a device could not be sent it is sent together later, by right and
 * whatever its number. So only of a device that has its user for itself, and a connection all the
 * time, is it known that a push is as it was released. For one device it is called from one thread.
 */
final class BatchCheck {
  private final int most;
  private final Faults faults;

  /** By device: messages of the run in the push that is read. */
  private final int[] inPush;

  private final boolean[] isJudged;

  private BatchCheck(int most, int devices, Faults faults) {
    this.most = most;
    this.faults = faults;
    this.inPush = new int[devices];
    this.isJudged = new boolean[devices];
    Arrays.fill(isJudged, true);
  }

  /** Null: of none of the devices is it known. */
  static @Nullable BatchCheck of(
      Policy policy, Sending sending, int devices, int devicesEach, Faults faults) {
    // What is delivered now or never is in no batch.
    return policy.equals(Policy.NONE) || sending.isLive() || devicesEach > 1
        ? null
        : new BatchCheck(policy.batch().maxMessages(), devices, faults);
  }

  void readsAgain(int device) {
    isJudged[device] = false;
  }

  /** A message of the run, of a push that is told behind it. */
  void shown(int device) {
    inPush[device]++;
  }

  void pushed(int device) {
    int messages = inPush[device];
    inPush[device] = 0;
    if (isJudged[device] && messages > most) {
      faults.add(
          Fault.ABOVE_BATCH,
          () -> "%d messages in a push to device %d".formatted(messages, device));
    }
  }
}
