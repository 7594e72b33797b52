package io.tidegate.contract.policy;

/** What a cap counts in, by the calendar of the user's zone. */
public enum Period implements Word {
  DAY("day"),

  /** The ISO week, which begins on Monday. */
  WEEK("week");

  private final String word;

  Period(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
