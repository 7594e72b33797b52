package io.tidegate.client.rule;

/** Says when a session shows its token, and when another. Times in milliseconds. */
public final class Renewal {
  /** So long before its end a token is replaced, if it is good for twice as long. */
  private static final long BEFORE = 60_000;

  /** Workers take one token a second of a session; this leaves room for a network that gathers. */
  private static final long APART = 5_000;

  /** {@link #answered} where a token ends too soon for another one. */
  public static final long TOO_SOON = -1;

  private boolean shown;
  private long shownAt;
  private boolean answered;
  private long left;

  /** Whether one was answered in this session. */
  public boolean isAnswered() {
    return answered;
  }

  /** Whether a token may be shown now; then it counts as shown. */
  public boolean mayShow(long now) {
    if (shown && now - shownAt < APART) {
      return false;
    }
    shown = true;
    shownAt = now;
    return true;
  }

  /**
   * @param expires for how long the token that was shown is good
   * @return in how long to get another one, or {@link #TOO_SOON}
   */
  public long answered(long expires) {
    answered = true;
    long delay = expires > 2 * BEFORE ? expires - BEFORE : Math.max(APART, expires / 2);
    left = expires - delay;
    return left > 0 ? delay : TOO_SOON;
  }

  /** No other token could be had: the same for what is left. */
  public long again() {
    return answered(left);
  }
}
