package io.tidegate.fanout.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Collectors;

/** The last things that happened, put into words only when somebody asks. */
final class Trace {
  private static final int KEPT = Integer.getInteger("simulation.trace", 80);

  private final Deque<Object[]> last = new ArrayDeque<>();

  void add(Object... words) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(words);
  }

  @Override
  public String toString() {
    return last.stream()
        .map(words -> Arrays.stream(words).map(String::valueOf).collect(Collectors.joining(" ")))
        .collect(Collectors.joining("\n"));
  }
}
