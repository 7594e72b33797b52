package io.tidegate.ingest.admission;

/**
 * How much of something that all share one of them may hold, by what is free (the dynamic threshold
 * of Choudhury and Hahne, 1998): alone it gets {@code percent} of all, and as others come, each has
 * room for as much as the rest, with no count of how many they are. Where {@code n} want all that
 * they can get, {@code 1 / (1 + n * percent / (100 - percent))} of all stays free, and who holds
 * nothing is let in as long as anything is.
 *
 * @param percent 1 to 100; with 100 there is no bound but that of all
 */
public record Part(int percent) {
  private static final int WHOLE = 100;

  /** No bound but that of all. */
  public static final Part ALL = new Part(WHOLE);

  /**
   * @throws IllegalArgumentException naming the field
   */
  public Part {
    if (percent < 1 || percent > WHOLE) {
      throw new IllegalArgumentException("percent: want 1 to 100, got " + percent);
    }
  }

  public boolean isAll() {
    return percent == WHOLE;
  }

  /**
   * Whether who holds so much may have {@code more}, where so much is free before.
   *
   * @param held 0 or more
   * @param more 1 or more
   * @param free 0 or more
   */
  public boolean allows(long held, long more, long free) {
    return isAll()
        || held == 0
        || ((double) held + more) * (WHOLE - percent) <= (double) free * percent;
  }
}
