package io.tidegate.fanout.simulation;

/** A way to build the pipeline wrong that the simulation must notice. */
enum Mutant {
  NONE,
  /** Workers read aborted and unfinished transactions. */
  READ_UNCOMMITTED_WORKER,
  /** Outputs, state and offsets become durable one by one. */
  AT_LEAST_ONCE,
  /** Message ids are durable at once, the rest with the transaction. */
  SEPARATE_SEEN_FLAG,
  /** A worker announces itself and serves before it knows where its inbox ends. */
  SLOT_UP_BEFORE_END_OFFSETS,
  /** SessionDown ends whatever session the user's device has now. */
  SESSION_DOWN_BY_USER,
  /** An ack counts in whatever epoch the user is in. */
  ACK_WITHOUT_EPOCH,
  /** A cursor below the loss floor goes on as if nothing were missing. */
  PARTIAL_RESUME
}
