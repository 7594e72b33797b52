package io.tidegate.contract.policy;

/** What an urgency may be let past. */
public enum Gate implements Word {
  LIMITS("limits"),

  CAPS("caps"),

  /** The smoothed release after them too. */
  QUIET_HOURS("quiet_hours"),

  BATCH("batch");

  private final String word;

  Gate(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  @Override
  public String word() {
    return word;
  }
}
