package io.tidegate.delivery.session;

/**
 * Whether a client takes what waits for it. Slow is not who takes long, but who takes next to
 * nothing: less than {@code needed} bytes in {@code nanos}, while more than {@code tolerated} wait.
 */
public final class Progress {
  /**
   * @param tolerated bytes that may wait, whether the client takes them or not
   * @param needed bytes that a client takes in {@code nanos} at least
   * @param nanos how long to wait for them
   */
  public record Bounds(long tolerated, long needed, long nanos) {}

  private final Bounds bounds;
  private long waiting;
  private long left;
  private long since;
  private boolean stalled;

  /** Something waits, as of now. */
  public Progress(Bounds bounds, long left, long nowNanos) {
    this.bounds = bounds;
    this.left = left;
    this.since = nowNanos;
  }

  /**
   * Looks again, at least once a second.
   *
   * @param nowWaiting bytes that wait
   * @param nowLeft bytes that have left so far
   */
  public void look(long nowWaiting, long nowLeft, long nowNanos) {
    waiting = nowWaiting;
    if (nowLeft - left >= bounds.needed()) {
      left = nowLeft;
      since = nowNanos;
    }
    stalled = nowNanos - since >= bounds.nanos();
  }

  /** Whether the client takes enough; at first it is taken to. */
  public boolean isMade() {
    return !stalled;
  }

  public boolean isTooSlow() {
    return stalled && waiting > bounds.tolerated();
  }
}
