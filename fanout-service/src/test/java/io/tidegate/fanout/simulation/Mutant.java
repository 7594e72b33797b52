package io.tidegate.fanout.simulation;

import java.util.Set;

/** A way to build the pipeline wrong that the simulation must notice, by what it breaks. */
enum Mutant {
  NONE,
  /** Workers read aborted and unfinished transactions. */
  READ_UNCOMMITTED_WORKER(10),
  /** Outputs, state and offsets become durable one by one. */
  AT_LEAST_ONCE(2, 4, 5, 9, 24),
  /** Message ids are durable at once, the rest with the transaction. */
  SEPARATE_SEEN_FLAG(5),
  /** A worker announces itself and serves before it knows where its inbox ends. */
  SLOT_UP_BEFORE_END_OFFSETS(14),
  /** SessionDown ends whatever session the user's device has now. */
  SESSION_DOWN_BY_USER(17),
  /** An ack counts in whatever epoch the user is in. */
  ACK_WITHOUT_EPOCH(3),
  /** What devices refused is not kept. */
  REFUSALS_NOT_PERSISTED(3),
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
  POLICY_CHANGE_WAKES_NOBODY(22),
  /** A message for many is copied to one partition only. */
  COPIES_NOT_FOR_ALL(24),
  /** How far a message for many has come is kept only when it is taken up. */
  CURSOR_NOT_PERSISTED(20, 24),
  /** It is kept as if one more had it. */
  CURSOR_PERSISTED_TOO_EARLY(12, 24),
  /** Until when one had to join for a message is not kept. */
  LATE_JOINERS_TOO(24),
  /** Who leaves a group stays on its list. */
  LEAVERS_STAY(24),
  /** Who has a session is not found by it. */
  SESSIONS_NOT_INDEXED(24),
  /** That a message has come to a user is not remembered. */
  USERS_NOT_DEDUPED(4, 24),
  /** What comes to a user does not wait for what is on its way. */
  NOBODY_BROUGHT_UP(12),
  /** A mailbox's reference to a shared message is not given back. */
  REFERENCES_NEVER_GIVEN_BACK(6),
  /** References that a slice takes are not counted. */
  REFERENCES_NOT_TAKEN(6),
  /** When the next may be come to is not kept. */
  BROADCAST_PACE_NOT_PERSISTED(20);

  /** The invariants of docs/ARCHITECTURE.md of which it breaks one before any other. */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of is.
  final Set<Integer> breaks;

  Mutant(Integer... breaks) {
    this.breaks = Set.of(breaks);
  }

  /** Whether there is in such a world what it does wrong; else a run of it says nothing. */
  boolean mattersIn(Plan plan) {
    return switch (this) {
      case ACK_WITHOUT_EPOCH -> plan.rebuilds && plan.faults > 0;
      case CURSOR_NOT_PERSISTED, CURSOR_PERSISTED_TOO_EARLY, LATE_JOINERS_TOO ->
          plan.groups && plan.faults > 0;
      case BROADCAST_PACE_NOT_PERSISTED -> plan.campaigns && plan.policies && plan.faults > 0;
      case QUIET_HOURS_IN_UTC, POLICY_CHANGE_WAKES_NOBODY -> plan.policies;
      default -> true;
    };
  }
}
