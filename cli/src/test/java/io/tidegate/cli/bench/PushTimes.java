package io.tidegate.cli.bench;

import java.util.Arrays;

/**
 * The pushes of one user in their order, and a check of the limit that knows nothing of how the
 * limit is kept: every stretch that ends with the newest push is looked at.
 */
final class PushTimes {
  private long[] firstSeqs = new long[8];
  private long[] millis = new long[8];
  private int count;
  private long messages;

  /**
   * @param firstSeq of the push's messages
   * @param atMillis epoch milliseconds
   */
  void add(long firstSeq, long atMillis) {
    if (count == millis.length) {
      firstSeqs = Arrays.copyOf(firstSeqs, 2 * count);
      millis = Arrays.copyOf(millis, 2 * count);
    }
    firstSeqs[count] = firstSeq;
    millis[count] = atMillis;
    count++;
  }

  /** More messages of the last push. */
  void addMessages(long more) {
    messages += more;
  }

  int count() {
    return count;
  }

  long messages() {
    return messages;
  }

  /**
   * By how many milliseconds the push at {@code index} came earlier than the rule lets it after
   * those before it, at the worst; 0 if it did not.
   */
  long earlyMillis(int index, BurstRule rule) {
    long worst = 0;
    for (int first = 0; first <= index; first++) {
      long took = millis[index] - millis[first];
      worst = Math.max(worst, rule.leastMillis(index - first + 1) - took);
    }
    return worst;
  }

  long firstSeq(int index) {
    return firstSeqs[index];
  }

  long millis(int index) {
    return millis[index];
  }

  /** When the push came that has the message of {@code seq}; -1 if that is before all of them. */
  long millisOf(long seq) {
    int at = Arrays.binarySearch(firstSeqs, 0, count, seq);
    int push = at >= 0 ? at : -at - 2;
    return push < 0 ? -1 : millis[push];
  }
}
