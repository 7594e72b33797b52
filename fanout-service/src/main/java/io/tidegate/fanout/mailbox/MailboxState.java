package io.tidegate.fanout.mailbox;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import java.util.List;
import java.util.stream.Stream;

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

  /** By the position of the urgency. */
  public final List<ReadyQueue> queues =
      Stream.generate(ReadyQueue::new).limit(Urgency.values().length).toList();

  public int scheduled;
  public int released;
  public long payloadBytes;

  /** Not after the earliest instant that a scheduled entry waits for. */
  public long scheduledMillis = Message.NEVER;

  /** Not after the earliest expiry. */
  public long expiryMillis = Message.NEVER;

  /** When to look for entries that are too old to keep. */
  public long ageMillis = Message.NEVER;

  public int entries() {
    return ready() + scheduled + released;
  }

  public int ready() {
    int ready = 0;
    for (ReadyQueue queue : queues) {
      ready += queue.count;
    }
    return ready;
  }

  public long head() {
    return nextSeq - 1;
  }
}
