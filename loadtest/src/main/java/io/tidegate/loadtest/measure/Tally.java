package io.tidegate.loadtest.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each of a few words came. For many threads. */
public final class Tally {
  /** Different words; what is beyond counts as {@value #OTHER}. */
  public static final int MOST = 100;

  private static final String OTHER = "other";

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  public void add(String word) {
    LongAdder count = counts.get(word);
    if (count == null) {
      String kept = counts.size() < MOST ? word : OTHER;
      count = counts.computeIfAbsent(kept, none -> new LongAdder());
    }
    count.increment();
  }

  public long total() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** In the order of the words. */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((word, count) -> sums.put(word, count.sum()));
    return sums;
  }
}
