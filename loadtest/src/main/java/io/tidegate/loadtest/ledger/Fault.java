package io.tidegate.loadtest.ledger;

/** What must not happen to a message or a device. */
public enum Fault {
  /** Accepted, and not shown to a device that it is for. */
  LOST("lost"),
  /** Shown to a device that had been shown it, under another seq. */
  DUPLICATE("duplicate"),
  /** Shown after another that was handed in when this one was accepted already. */
  OUT_OF_ORDER("out_of_order"),
  /** Shown to a device that it is not for. */
  STRAY("stray"),
  /** A push that came earlier than the policy of its user lets it. */
  ABOVE_LIMIT("above_limit"),
  /** A push of more messages than the policy has in one. */
  ABOVE_BATCH("above_batch"),
  /** Shown, and fan-out released no such message. */
  NO_RELEASE("no_release"),
  /** Shown before fan-out released it, so its instants are not true. */
  BEFORE_RELEASE("before_release"),
  /** Accepted, and fan-out says of it no outcome. */
  NO_OUTCOME("no_outcome"),
  /** Fan-out says of it two. */
  SECOND_OUTCOME("second_outcome"),
  /** Not delivered, where every message has to be. */
  OTHER_OUTCOME("other_outcome"),
  /** The policy of the run did not hold to its end. */
  POLICY_CHANGED("policy_changed"),
  /** What fan-out wrote could not be read. */
  NO_AUDIT("no_audit"),
  /** Removed undelivered, as the service itself told the device. */
  RESET("reset"),
  /** A push that came a second time in one session. */
  REPEATED("repeated"),
  /** A push that does not link to the one before. */
  GAP("gap"),
  /** A frame that is not as the protocol says. */
  MALFORMED("malformed"),
  /** An ack by request that was refused for good in a session that stands. */
  ACK_REFUSED("ack_refused"),
  /** A device that was told not to come again. */
  CLOSED_FOR_GOOD("closed_for_good"),
  /** No message of the run was accepted, so nothing was checked. */
  NONE_ACCEPTED("none_accepted"),
  /** Messages were accepted, and none was shown. */
  NONE_SHOWN("none_shown"),
  /** A search for the highest rate that did not come to its end. */
  SEARCH_ENDED("search_ended"),
  /** A fault of the generator itself. */
  GENERATOR("generator_fault");

  private final String word;

  Fault(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
