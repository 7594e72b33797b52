package io.tidegate.fanout.topology;

import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.fanout.pace.Lateness;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.pace.SlotPressures;
import io.tidegate.fanout.record.WorkerRecords;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How busy the system is as this instance knows it: what workers say of themselves, and how late
 * its own tasks are. For any thread; a tenth of a second old at the most.
 */
public final class Pressures {
  private static final long FRESH_MILLIS = 100;

  private final boolean obeyed;
  private final SlotPressures slots = new SlotPressures();
  private final Map<Object, Lateness> tasks = new HashMap<>();
  private volatile Measured measured = new Measured(Pressure.NONE, Long.MIN_VALUE);

  private record Measured(Pressure pressure, long atMillis) {}

  /**
   * @param obeyed whether releases wait for it; else it is only measured
   */
  public Pressures(boolean obeyed) {
    this.obeyed = obeyed;
  }

  /** What releases wait for. */
  public Pressure at(long nowMillis) {
    return obeyed ? measured(nowMillis) : Pressure.NONE;
  }

  /** What there is, whether releases wait for it or not. */
  public Pressure measured(long nowMillis) {
    Measured last = measured;
    long age = nowMillis - last.atMillis;
    return age >= 0 && age < FRESH_MILLIS ? last.pressure : measure(nowMillis);
  }

  private synchronized Pressure measure(long nowMillis) {
    double lag = 0;
    for (Lateness task : tasks.values()) {
      lag = Math.max(lag, task.at(nowMillis));
    }
    // One that goes on is put back by what it handles next.
    tasks.values().removeIf(task -> task.isSilent(nowMillis) && task.at(nowMillis) == 0);
    Pressure pressure = new Pressure(lag, slots.at(nowMillis));
    measured = new Measured(pressure, nowMillis);
    return pressure;
  }

  /**
   * A task handles a message.
   *
   * @param sinceMillis when it was there to be handled
   */
  synchronized void handled(Object task, long nowMillis, long sinceMillis) {
    tasks.computeIfAbsent(task, _ -> new Lateness()).handled(nowMillis, sinceMillis);
  }

  /**
   * A record of {@code tidegate.workers} that was written just now.
   *
   * @param key the slot in decimal
   * @param value null: the worker is gone
   * @throws IllegalArgumentException if it is none
   */
  public synchronized void worker(byte[] key, byte @Nullable [] value, long nowMillis) {
    int slot = WorkerRecords.slot(key);
    WorkerRecord record = value == null ? null : WorkerRecords.record(value);
    if (record != null && record.hasHeartbeat()) {
      Heartbeat beat = record.getHeartbeat();
      slots.heard(
          slot,
          Pressure.ofWorker(beat.getUnwritablePermille(), beat.getLoopDelayMillis()),
          nowMillis);
    } else {
      slots.gone(slot);
    }
    measured = new Measured(Pressure.NONE, Long.MIN_VALUE);
  }
}
