package io.tidegate.contract.policy;

/** What a rule counts. */
public enum CountUnit implements Word {
  /** What a user perceives: one frame, however many messages are in it. */
  PUSHES("pushes"),

  MESSAGES("messages");

  private final String word;

  CountUnit(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
