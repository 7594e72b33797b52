package io.tidegate.client.rule;

/** Says when a session's acks are due. Times in milliseconds of any clock that only goes on. */
public final class Acks {
  /** Acks go out after so many messages … */
  private static final int EVERY = 16;

  /** … or so long after the first that is not acked … */
  private static final long SOON = 200;

  /** … and never closer together than this: workers bound the frames of a second. */
  private static final long APART = 10;

  /** {@link #due} where there is nothing to ack. */
  public static final long NOTHING = -1;

  private final long every;
  private long acked;
  private boolean waits;
  private long since;
  private boolean sent;
  private long last;

  /**
   * @param seq where the session begins
   * @param window messages that may be under way: a small one is acked sooner, or it would stand
   *     still
   */
  public Acks(long seq, int window) {
    this.acked = seq;
    this.every = Math.min(EVERY, (window + 1) / 2);
  }

  /**
   * @param seq up to where may be acked; {@link Feed#NO_ACK}: nothing
   * @return 0: ack it now; else in how long to ask again; {@link #NOTHING}: when there is more
   */
  public long due(long seq, long now) {
    if (seq <= acked) {
      return NOTHING;
    }
    if (!waits) {
      waits = true;
      since = now;
    }
    long soon = seq - acked >= every ? 0 : since + SOON - now;
    return Math.max(0, Math.max(soon, sent ? last + APART - now : 0));
  }

  /** It was acked. */
  public void sent(long seq, long now) {
    acked = seq;
    last = now;
    sent = true;
    waits = false;
  }
}
