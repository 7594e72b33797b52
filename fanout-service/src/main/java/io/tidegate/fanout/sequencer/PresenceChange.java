package io.tidegate.fanout.sequencer;

import io.tidegate.contract.ClientProtocol;

/**
 * A user has come or has left.
 *
 * @param joined the first device came; else the last one left
 * @param epoch of the user
 * @param number counts a user's changes within the epoch; joins are odd
 * @param device which it was
 * @param connected how many devices have a session now
 * @param known how many devices are known, with a session or without
 * @param atMillis when it came or left, epoch milliseconds; a leave is told after the grace
 */
public record PresenceChange(
    boolean joined,
    long epoch,
    long number,
    String device,
    int connected,
    int known,
    long atMillis) {

  /** Unique for ever. */
  public String id() {
    return ClientProtocol.epoch(epoch) + "." + number;
  }
}
