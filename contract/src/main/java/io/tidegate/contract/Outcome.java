package io.tidegate.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one message for one user: a record on {@code tidegate.outcomes}. Each accepted
 * (message, user) ends in exactly one.
 *
 * @param messageId the CloudEvents id
 * @param source the CloudEvents source, within which the id is unique; null where it is not known
 * @param kind how it ended
 * @param reason why, from the words of {@link Reason}
 * @param seq the seq it was released under; 0 if it never was
 * @param replacedBy with {@link Kind#COLLAPSED}: the id of the message that took its place
 * @param rule with {@link Reason#POLICY}: the rule that decided it
 * @param atMillis epoch milliseconds
 */
public record Outcome(
    String messageId,
    @Nullable String source,
    Kind kind,
    Reason reason,
    long seq,
    @Nullable String replacedBy,
    @Nullable Rule rule,
    long atMillis) {

  /** One that no rule of a policy decided. */
  public Outcome(
      String messageId,
      @Nullable String source,
      Kind kind,
      Reason reason,
      long seq,
      @Nullable String replacedBy,
      long atMillis) {
    this(messageId, source, kind, reason, seq, replacedBy, null, atMillis);
  }

  /**
   * A rule of a policy.
   *
   * @param policy the policy's name
   * @param version the policy's; -1 for one that is built in
   * @param name of the limit or cap, or {@code quiet_hours} or {@code smoothing}
   */
  public record Rule(String policy, long version, String name) {}

  public enum Kind {
    DELIVERED,
    COLLAPSED,
    EXPIRED,
    DROPPED,
    DEAD_LETTERED;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
      return label;
    }
  }

  public enum Reason {
    /** Every registered device acked it. */
    ALL_DEVICES,
    /** A device acked it; the others did not before it was removed. */
    SOME_DEVICES,
    /** ttl 0: handed to the workers of the user's sessions. */
    LIVE,
    /** ttl 0: no session was there. */
    NO_SESSION,
    /** Of the devices that it could still have gone to, none wants its urgency. */
    DEVICE_URGENCY,
    /** No device has it, and an endpoint would not take it however often it came. */
    ENDPOINT_REFUSED,
    /** Its ttl ran out. */
    TTL,
    /** It stayed as long as the mailbox keeps anything. */
    MAILBOX_AGE,
    /** The mailbox was full and this was the oldest. */
    MAILBOX_FULL,
    /** A newer message with the same collapse key replaced it. */
    COLLAPSE_KEY,
    /** A rule of the user's policy did not let it wait. */
    POLICY,
    /** It could not be read. */
    MALFORMED,
    /** A fault of ours; the dead letter has the cause. */
    INTERNAL;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
      return label;
    }
  }
}
