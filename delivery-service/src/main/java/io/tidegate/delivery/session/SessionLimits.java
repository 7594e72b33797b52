package io.tidegate.delivery.session;

/**
 * What a session may take, the same for all. Times in nanoseconds.
 *
 * @param hello from the upgrade to the hello
 * @param attach from the hello to the sequencer's Attach
 * @param ping between pings
 * @param pong from a ping to any sign of life
 * @param age of a connection, give or take a quarter of it, before it is told to go and come again
 * @param leave from that goaway to the close
 * @param close from our close frame to the client's
 * @param framesPerSecond of a client, with a burst of one second's worth
 * @param window messages unacked in flight, whatever a hello asks for
 */
public record SessionLimits(
    long hello,
    long attach,
    long ping,
    long pong,
    long age,
    long leave,
    long close,
    int framesPerSecond,
    int window) {
  private static final long EVER = Long.MAX_VALUE / 8;

  /** The same for a client that is never pinged and never too old. */
  public SessionLimits endless() {
    return new SessionLimits(
        hello, attach, EVER, pong, EVER, leave, close, framesPerSecond, window);
  }
}
