package io.tidegate.contract.policy;

/** What makes room in a full mailbox. */
public enum Overflow implements Word {
  OLDEST("oldest"),

  /** The oldest of the lowest urgency. */
  LOWEST_URGENCY("lowest-urgency");

  private final String word;

  Overflow(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
