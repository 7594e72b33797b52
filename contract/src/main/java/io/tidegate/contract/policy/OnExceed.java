package io.tidegate.contract.policy;

/** What becomes of a message that a rule does not allow now. */
public enum OnExceed implements Word {
  /** It waits until the rule allows it. */
  DEFER("defer"),

  /** It replaces the one that waits, so that one is left when the rule allows it. */
  COLLAPSE("collapse"),

  /** It is dropped with an outcome. */
  DROP("drop");

  private final String word;

  OnExceed(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
