package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Message;

/** The numbers of one user's mailbox that make looking into it unnecessary most of the time. */
public final class MailboxState {
  /** The seq that the next released message gets. */
  public long nextSeq = 1;

  /** Every released entry up to here is gone. */
  public long floor;

  /** The highest seq that was removed before every device had it. */
  public long lossFloor;

  /** No released entry lies before it: the floor waits for the devices, this does not. */
  public long releasedFrom;

  public long nextArrival;

  /** Of the categories that had queues of their own when ready entries were last put there. */
  public int separated;

  public final ReadyQueues queues = new ReadyQueues();

  public int scheduled;
  public int released;
  public long payloadBytes;

  /** Not after the earliest instant that a scheduled entry waits for. */
  public long scheduledMillis = Message.NEVER;

  /** Not after the earliest expiry. */
  public long expiryMillis = Message.NEVER;

  /** When to look for entries that are too old to keep. */
  public long ageMillis = Message.NEVER;

  /** Forgets what says nothing any more; to be called before it is stored. */
  public void settle() {
    queues.forgetEmpty();
    if (ready() == 0) {
      separated = 0;
    }
  }

  public int entries() {
    return ready() + scheduled + released;
  }

  public int ready() {
    return queues.entries();
  }

  public long head() {
    return nextSeq - 1;
  }
}
