package io.tidegate.delivery.inbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The commands of one poll, by the event loop that holds their sessions, in their order. */
public final class LoopBatches {
  private final int loops;
  private final Map<Integer, List<Addressed>> byLoop = new TreeMap<>();

  public LoopBatches(int loops) {
    this.loops = loops;
  }

  public void add(Addressed addressed) {
    int loop = (int) Long.remainderUnsigned(addressed.n(), loops);
    byLoop.computeIfAbsent(loop, none -> new ArrayList<>()).add(addressed);
  }

  public Iterable<Map.Entry<Integer, List<Addressed>>> all() {
    return byLoop.entrySet();
  }
}
