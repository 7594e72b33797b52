package io.tidegate.fanout.pace;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pressure on each worker, by what its heartbeats say. One that says nothing for {@value
 * #SILENT_MILLIS} ms has none: its sessions are gone or will be. For one thread.
 */
public final class SlotPressures {
  static final long SILENT_MILLIS = 10_000;

  private final Map<Integer, Worker> workers = new TreeMap<>();

  private static final class Worker {
    final Falling falling = new Falling();
    double said;
    long heardMillis;
  }

  /** A worker said how it has it. */
  public void heard(int slot, double pressure, long nowMillis) {
    Worker worker = workers.computeIfAbsent(slot, _ -> new Worker());
    worker.said = pressure;
    worker.heardMillis = nowMillis;
    worker.falling.at(nowMillis, pressure);
  }

  /** The worker has no sessions any more, or is another one. */
  public void gone(int slot) {
    workers.remove(slot);
  }

  /** Where there is any. */
  public Map<Integer, Double> at(long nowMillis) {
    Map<Integer, Double> pressures = new HashMap<>();
    for (Iterator<Map.Entry<Integer, Worker>> it = workers.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<Integer, Worker> each = it.next();
      Worker worker = each.getValue();
      boolean silent = nowMillis - worker.heardMillis > SILENT_MILLIS;
      double pressure = worker.falling.at(nowMillis, silent ? 0 : worker.said);
      if (pressure > 0) {
        pressures.put(each.getKey(), pressure);
      } else if (silent) {
        it.remove();
      }
    }
    return pressures;
  }
}
