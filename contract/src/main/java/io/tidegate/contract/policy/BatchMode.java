package io.tidegate.contract.policy;

/** What opens a batch window. */
public enum BatchMode implements Word {
  /** The first message; everything goes when it closes. */
  FIRST("first"),

  /**
   * A message that comes less than a window after the last push; one that comes later goes at once.
   */
  LOOK_BACK("look-back");

  private final String word;

  BatchMode(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
