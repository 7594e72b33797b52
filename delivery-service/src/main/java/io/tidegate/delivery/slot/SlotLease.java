package io.tidegate.delivery.slot;

import io.tidegate.delivery.slot.SlotStep.Plain;
import java.util.ArrayDeque;

/**
 * The worker's hold on its slot. Events and time go in, one {@link SlotStep} comes out. Belongs to
 * the thread that reads the inbox.
 *
 * <pre>
 *   IDLE ──announced──▶ ANNOUNCING ──own SlotUp seen──▶ HELD ──no round trip, gap──▶ FENCED
 *    ▲                      │ failed                     │                              │
 *    ├──────────────────────┘                            │ higher incarnation           │
 *    └──────────────── own heartbeat seen ───────────────┼──────────────────────────────┘
 *                                                        ▼
 *                                                      LOST
 * </pre>
 *
 * Keeps invariants 15 (who sees a higher incarnation closes every socket) and 16 (a worker cut off
 * from Kafka closes every socket): what counts is when the last heartbeat that was seen back had
 * been sent, so that a late echo does not hide that Kafka is away.
 */
public final class SlotLease {
  private enum Phase {
    IDLE,
    ANNOUNCING,
    HELD,
    FENCED,
    LOST
  }

  private final String identity;
  private final long beatNanos;
  private final long fenceNanos;

  /** When the heartbeats that have not been seen back were sent; fencing bounds it. */
  private final ArrayDeque<Long> unseen = new ArrayDeque<>();

  private Phase phase = Phase.IDLE;
  private int announcements;
  private String process = "";
  private long incarnation = -1;
  private long nextBeat;
  private long provenAt;

  /**
   * @param identity random, never that of another worker
   * @param beatNanos between heartbeats
   * @param fenceNanos without a round trip, then the sessions are closed
   */
  public SlotLease(String identity, long beatNanos, long fenceNanos) {
    this.identity = identity;
    this.beatNanos = beatNanos;
    this.fenceNanos = fenceNanos;
  }

  public boolean isHeld() {
    return phase == Phase.HELD;
  }

  public boolean isLost() {
    return phase == Phase.LOST;
  }

  /** The incarnation that is or was held last; -1 before the first. */
  public long incarnation() {
    return incarnation;
  }

  /**
   * The inbox's end is captured, a SlotUp is about to be produced.
   *
   * @return the process id to put into it
   */
  public String announcing() {
    phase = Phase.ANNOUNCING;
    announcements++;
    process = identity + "-" + announcements;
    return process;
  }

  /** The SlotUp with this process id could not be written. */
  public void announceFailed(String processId) {
    if (phase == Phase.ANNOUNCING && process.equals(processId)) {
      phase = Phase.IDLE;
    }
  }

  /** Saw a SlotUp of this slot at that offset. */
  public SlotStep onSlotUp(long offset, String processId, long nowNanos) {
    boolean own = processId.startsWith(identity);
    return switch (phase) {
      case ANNOUNCING -> {
        // Any other that comes before ours is of a worker that will see ours and give way, or one
        // of our own whose acknowledgement was lost.
        if (!processId.equals(process)) {
          yield Plain.NOTHING;
        }
        phase = Phase.HELD;
        incarnation = offset;
        unseen.clear();
        provenAt = nowNanos;
        nextBeat = nowNanos;
        yield new SlotStep.Open(offset);
      }
      case HELD, FENCED, IDLE -> {
        if (incarnation < 0 || offset <= incarnation || own) {
          yield Plain.NOTHING;
        }
        yield lose();
      }
      case LOST -> Plain.NOTHING;
    };
  }

  /** Saw a heartbeat of that incarnation of this slot. */
  public SlotStep onHeartbeat(long beatIncarnation, long nowNanos) {
    if (beatIncarnation > incarnation) {
      return onIncarnation(beatIncarnation);
    }
    if (beatIncarnation < incarnation) {
      return Plain.NOTHING;
    }
    return switch (phase) {
      case HELD -> {
        Long sentAt = unseen.poll();
        if (sentAt != null) {
          provenAt = sentAt;
        }
        yield Plain.NOTHING;
      }
      case FENCED -> {
        // Kafka answers again.
        phase = Phase.IDLE;
        yield Plain.ANNOUNCE;
      }
      case IDLE, ANNOUNCING, LOST -> Plain.NOTHING;
    };
  }

  /** Saw a record for that incarnation of this slot. */
  public SlotStep onIncarnation(long seen) {
    boolean mine = phase == Phase.HELD || phase == Phase.FENCED;
    return mine && seen > incarnation ? lose() : Plain.NOTHING;
  }

  /** Inbox records were removed before they were read. */
  public SlotStep onGap() {
    return phase == Phase.HELD ? fence() : Plain.NOTHING;
  }

  /** Time passed. */
  public SlotStep onTick(long nowNanos) {
    return switch (phase) {
      case IDLE -> Plain.ANNOUNCE;
      case HELD -> nowNanos - provenAt >= fenceNanos ? fence() : beat(nowNanos);
      case FENCED -> beat(nowNanos);
      case ANNOUNCING, LOST -> Plain.NOTHING;
    };
  }

  /** The heartbeat was handed over for writing. */
  public void beatSent(long nowNanos) {
    if (phase == Phase.HELD) {
      unseen.add(nowNanos);
    }
  }

  /** How long ago Kafka has last been proven to answer. */
  public long nanosSinceProof(long nowNanos) {
    return nowNanos - provenAt;
  }

  private SlotStep beat(long nowNanos) {
    if (nowNanos - nextBeat < 0) {
      return Plain.NOTHING;
    }
    nextBeat = nowNanos + beatNanos;
    return new SlotStep.Beat(incarnation);
  }

  private SlotStep fence() {
    phase = Phase.FENCED;
    unseen.clear();
    return Plain.FENCE;
  }

  private SlotStep lose() {
    phase = Phase.LOST;
    unseen.clear();
    return Plain.LOSE;
  }
}
