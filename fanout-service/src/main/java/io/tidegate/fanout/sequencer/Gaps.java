package io.tidegate.fanout.sequencer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Seqs between those that one session was sent and has not acked: of messages that it does not want
 * or that are gone, so they use no room in its window. At most {@value #MOST} runs are remembered;
 * what finds no room counts as if it had been sent, which only makes the window smaller until the
 * session acks.
 */
final class Gaps {
  static final int MOST = 32;

  /** From a seq to a seq, both inclusive. */
  record Gap(long from, long to) {}

  private final List<Gap> gaps = new ArrayList<>();

  /** Rising; to be stored. */
  List<Gap> all() {
    return Collections.unmodifiableList(gaps);
  }

  /** The session is sent {@code to + 1} and nothing from {@code from} on before it. */
  void add(long from, long to) {
    if (from <= to && gaps.size() < MOST) {
      gaps.add(new Gap(from, to));
    }
  }

  /** Forgets what lies before an ack. */
  void acked(long seq) {
    while (!gaps.isEmpty() && gaps.getFirst().to() <= seq) {
      gaps.removeFirst();
    }
    if (!gaps.isEmpty() && gaps.getFirst().from() <= seq) {
      gaps.set(0, new Gap(seq + 1, gaps.getFirst().to()));
    }
  }

  void clear() {
    gaps.clear();
  }

  /** How many seqs they are. */
  long seqs() {
    long seqs = 0;
    for (Gap gap : gaps) {
      seqs += gap.to() - gap.from() + 1;
    }
    return seqs;
  }
}
