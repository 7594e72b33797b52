package io.tidegate.loadtest.ledger;

/**
 * The ids of a run's messages: {@code RUN-NUMBER}, so that what comes to a device says which it is.
 *
 * @param run 1 to 64 of {@code [A-Za-z0-9]}, of no other run and no other generator
 */
public record MessageIds(String run) {
  /** No message of this run. */
  public static final long OTHER = -1;

  public MessageIds {
    if (!run.matches("[A-Za-z0-9]{1,64}")) {
      throw new IllegalArgumentException("run: want 1 to 64 letters and digits");
    }
  }

  public String of(long message) {
    return run + "-" + message;
  }

  /** The number in an id; {@link #OTHER} if it is of no message below {@code messages}. */
  public long number(String id, long messages) {
    int start = run.length() + 1;
    int digits = id.length() - start;
    if (digits < 1 || digits > 10 || id.charAt(start - 1) != '-' || !id.startsWith(run)) {
      return OTHER;
    }
    long number = 0;
    for (int i = start; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OTHER;
      }
      number = number * 10 + digit;
    }
    boolean padded = digits > 1 && id.charAt(start) == '0';
    return padded || number >= messages ? OTHER : number;
  }
}
