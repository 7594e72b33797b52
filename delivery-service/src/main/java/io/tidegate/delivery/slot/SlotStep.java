package io.tidegate.delivery.slot;

/** What the shell does after an event of the slot. */
public sealed interface SlotStep {
  enum Plain implements SlotStep {
    NOTHING,
    /** Capture the inbox's end, then produce a SlotUp with a new process id. */
    ANNOUNCE,
    /** Close every session: Kafka was away for too long, or inbox records are gone. */
    FENCE,
    /** Close every session for good: another worker holds the slot. */
    LOSE
  }

  /** Produce a heartbeat of that incarnation. */
  record Beat(long incarnation) implements SlotStep {}

  /** Sessions may come: they are of this incarnation. Sessions of an earlier one are closed. */
  record Open(long incarnation) implements SlotStep {}
}
