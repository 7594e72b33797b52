package io.tidegate.fanout.simulation;

import java.util.Set;

/** A way to build the pipeline wrong that the simulation must notice, by what it breaks. */
enum Mutant {
  NONE,
  /** Workers read aborted and unfinished transactions. */
  READ_UNCOMMITTED_WORKER(10),
  /** Outputs, state and offsets become durable one by one. */
  AT_LEAST_ONCE(2, 4, 5, 9),
  /** Message ids are durable at once, the rest with the transaction. */
  SEPARATE_SEEN_FLAG(5),
  /** A worker announces itself and serves before it knows where its inbox ends. */
  SLOT_UP_BEFORE_END_OFFSETS(14),
  /** SessionDown ends whatever session the user's device has now. */
  SESSION_DOWN_BY_USER(17),
  /** An ack counts in whatever epoch the user is in. */
  ACK_WITHOUT_EPOCH(3),
  /** A cursor below the loss floor goes on as if nothing were missing. */
  PARTIAL_RESUME(21),
  /** What was counted of pushes is not stored with them. */
  PACE_NOT_PERSISTED(20),
  /** One of the limits is asked, and then not told. */
  LIMIT_NOT_COUNTED(20),
  /** Each connection counts for itself, from nothing. */
  LIMITS_PER_DEVICE(20),
  /** A push takes as much as there is. */
  BATCH_BOUND_IGNORED(20),
  /** It is night for everyone when it is in Greenwich. */
  QUIET_HOURS_IN_UTC(20, 22),
  /** Who waits goes on to wait by the policy that held when the message came. */
  POLICY_CHANGE_WAKES_NOBODY(22);

  /** The invariants of docs/ARCHITECTURE.md of which it breaks one before any other. */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of is.
  final Set<Integer> breaks;

  Mutant(Integer... breaks) {
    this.breaks = Set.of(breaks);
  }
}
