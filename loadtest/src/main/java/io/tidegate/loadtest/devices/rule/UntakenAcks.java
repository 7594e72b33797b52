package io.tidegate.loadtest.devices.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * Acks by request of one session, from when they are handed over until one is taken that covers
 * them: an ack is for all up to its seq, whatever became of those before it.
 */
public final class UntakenAcks {
  private final List<Ack> acks = new ArrayList<>(1);

  private record Ack(long seq, int messages) {}

  /**
   * One is handed over; again and again, as often as it is not taken.
   *
   * @param messages new ones that no ack before was for
   */
  public void handed(long seq, int messages) {
    if (messages > 0) {
      acks.add(new Ack(seq, messages));
    }
  }

  /** One is taken; how many messages are acked by it that were not before. */
  public int taken(long seq) {
    int messages = 0;
    for (Ack ack : acks) {
      messages += ack.seq <= seq ? ack.messages : 0;
    }
    acks.removeIf(ack -> ack.seq <= seq);
    return messages;
  }

  /** The session is over; what was not taken comes again or is told by the next hello. */
  public void over() {
    acks.clear();
  }
}
