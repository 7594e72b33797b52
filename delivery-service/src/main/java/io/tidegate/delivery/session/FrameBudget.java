package io.tidegate.delivery.session;

/**
 * Holds what a client sends on one connection of HTTP/2 to so many requests a second, and to as
 * many frames of other kinds, each with a burst of one second's worth. Frames that answer what was
 * sent, and the body of a request, are not held to it: what was sent as DATA, by its bytes, and
 * each request let so many others pass.
 */
public final class FrameBudget {
  private static final long NANOS = 1_000_000_000L;

  /** A growth of the stream's window and one of the connection's; or two pieces of a body. */
  private static final int PASSES = 2;

  /** What is sent at once may be cut into frames so small, and windows may grow as often. */
  private static final int PASS_BYTES = 2 * 1024;

  /** So many seconds' worth of passes are kept. */
  private static final int MOST_SECONDS = 10;

  private final long stepNanos;
  private final int mostPasses;

  /** When what came so far would have come, had it come at the rate. */
  private long requestClock;

  private long frameClock;
  private int passes;

  /**
   * @param perSecond 1 or more
   */
  public FrameBudget(int perSecond, long nowNanos) {
    this.stepNanos = NANOS / perSecond;
    this.mostPasses = MOST_SECONDS * perSecond;
    this.requestClock = nowNanos;
    this.frameClock = nowNanos;
  }

  /** A request came; false: it is one too many. */
  public boolean admitsRequest(long nowNanos) {
    pass(1);
    requestClock = Math.max(requestClock - nowNanos, 0) + nowNanos + stepNanos;
    return requestClock - nowNanos <= NANOS;
  }

  /** A frame came that is no request; false: it is one too many. */
  public boolean admitsFrame(long nowNanos) {
    if (passes > 0) {
      passes--;
      return true;
    }
    frameClock = Math.max(frameClock - nowNanos, 0) + nowNanos + stepNanos;
    return frameClock - nowNanos <= NANOS;
  }

  /** So many bytes of DATA were sent, in one frame or more. */
  public void sent(int bytes) {
    pass(Math.max(1, Math.ceilDiv(bytes, PASS_BYTES)));
  }

  private void pass(int times) {
    passes = (int) Math.min(mostPasses, passes + (long) PASSES * times);
  }
}
