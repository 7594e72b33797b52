package io.tidegate.fanout.record;

import java.util.Locale;

/** Why a record became a dead letter. */
public enum DeadLetterCause {
  /** The key is missing or no {@code tenant/user}. */
  KEY,
  /** No CloudEvent of ours: an attribute is missing, too long or not readable. */
  MALFORMED,
  /** The content type says JSON and the payload is none. */
  PAYLOAD,
  /** A session or ack record that is not readable, or says what cannot be. */
  UNREADABLE,
  /** It lies in another partition than its key's, and moving it did not help or is not possible. */
  MISROUTED,
  /** Too large to be moved to the partition of its key. */
  TOO_LARGE,
  /** A fault of ours; the log has it. */
  INTERNAL;

  /** The metric label, and how the cause on a dead letter begins. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
