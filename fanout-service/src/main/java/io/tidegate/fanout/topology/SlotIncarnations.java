package io.tidegate.fanout.topology;

import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.fanout.record.WorkerRecords;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which incarnation each slot is in, as {@code tidegate.workers} says: sessions of an earlier one
 * are over. For any thread.
 */
public final class SlotIncarnations {
  private volatile Map<Integer, Long> bySlot = Map.of();

  /** By slot; what is handed out does not change. */
  public Map<Integer, Long> now() {
    return bySlot;
  }

  /**
   * A record of {@code tidegate.workers}; to be called by one thread.
   *
   * @param key the slot in decimal
   * @param value null: nothing is known of the slot any more
   * @throws IllegalArgumentException if it is none
   */
  public void heard(byte[] key, byte @Nullable [] value, long offset) {
    int slot = WorkerRecords.slot(key);
    WorkerRecord record = value == null ? null : WorkerRecords.record(value);
    Map<Integer, Long> next = new HashMap<>(bySlot);
    if (record == null) {
      next.remove(slot);
    } else {
      Long said =
          switch (record.getEventCase()) {
            case UP -> (Long) offset;
            case HEARTBEAT -> (Long) record.getHeartbeat().getIncarnation();
            case DRAIN -> (Long) record.getDrain().getIncarnation();
            case EVENT_NOT_SET -> null;
          };
      Long known = next.get(slot);
      // One that lies further on than this record is of a topic that was made anew since.
      if (said == null || (known != null && known <= offset && said <= known)) {
        return;
      }
      next.put(slot, said);
    }
    bySlot = Map.copyOf(next);
  }
}
