package io.tidegate.delivery.slot;

/** Holds the sessions that exist only while the slot is held. */
public interface SlotHost {
  /** Sessions may come; they are of this incarnation. Those of an earlier one are closed. */
  void open(long incarnation);

  /** Closes every session; none may come until the next {@link #open}. */
  void fence(String detail);

  /** How hard the sessions are to serve; to be asked for once per heartbeat. */
  Load load();
}
