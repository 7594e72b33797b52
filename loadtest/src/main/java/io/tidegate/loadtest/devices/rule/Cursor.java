package io.tidegate.loadtest.devices.rule;

import io.tidegate.contract.ClientProtocol;

/**
 * The last message that a device was shown, over all its connections, and what may be acked in the
 * session that stands. A cursor never goes back within an epoch: what a server sends again from
 * behind it is not shown again.
 */
public final class Cursor {
  private boolean known;
  private long epoch;
  private long last;

  /** Whether a session stands. */
  private boolean stands;

  /** The highest seq that this session was sent, or where it began. */
  private long sent;

  private long acked;

  /** Whether there is one for a hello to resume from. */
  public boolean isKnown() {
    return known;
  }

  /** As a hello says it. */
  public String epoch() {
    return ClientProtocol.epoch(epoch);
  }

  /** The last message that was shown. */
  public long last() {
    return last;
  }

  /** Whether a session stands; pushes belong to one. */
  public boolean stands() {
    return stands;
  }

  /**
   * A welcome, of whatever mode: the session begins there, and up to there nothing is to be acked.
   */
  public void welcome(long newEpoch, long seq) {
    move(newEpoch, seq);
    stands = true;
    acked = seq;
  }

  /** In the middle of a session: it goes on from there, which is to be acked as a message is. */
  public void reset(long newEpoch, long seq) {
    if (known && newEpoch != epoch) {
      acked = 0;
    }
    move(newEpoch, seq);
  }

  private void move(long newEpoch, long seq) {
    last = known && newEpoch == epoch ? Math.max(last, seq) : seq;
    epoch = newEpoch;
    known = true;
    sent = seq;
  }

  /** Whether a message is missing before a push. */
  public boolean isGap(long prev) {
    return prev > last;
  }

  /** Whether this session was sent that seq, or one above it, before. */
  public boolean wasSent(long seq) {
    return seq <= sent;
  }

  /** A message of a push came; whether it is new. */
  public boolean take(long seq) {
    sent = Math.max(sent, seq);
    if (seq <= last) {
      return false;
    }
    last = seq;
    return true;
  }

  /** Whether there is something to ack: no more than what was sent in this session. */
  public boolean isAckDue() {
    return stands && ackable() > acked;
  }

  /** The highest seq that may be acked. */
  public long ackable() {
    return Math.min(last, sent);
  }

  /** Up to there an ack was given away. */
  public void acked(long seq) {
    acked = Math.max(acked, seq);
  }

  /** An ack was lost: it is due again, unless a later one was given away. */
  public void ackAgain(long seq) {
    if (acked == seq) {
      acked = seq - 1;
    }
  }

  /** The connection ended. */
  public void over() {
    stands = false;
  }
}
