package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;

/**
 * A message for a group or everyone.
 *
 * @param copy the partition to whose users it is to come; {@link #ORIGINAL}: to be copied to each
 */
record ForMany(Recipient to, Message message, int copy) implements Sent {
  static final int ORIGINAL = -1;

  ForMany copyFor(int partition) {
    return new ForMany(to, message, partition);
  }
}
