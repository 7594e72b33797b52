package io.tidegate.delivery.pace;

/**
 * How far a client has been told, where that is not as far as the worker has been. What was left
 * out in the end counts as acked with what came before it: nobody else would ever ack it.
 */
public final class Written {
  private long seq;
  private long leftOutFrom;
  private long leftOutTo;

  /** What was left out up to there, the client was told of. */
  private long toldTo;

  /** The session begins there. */
  public void begin(long at) {
    seq = at;
    leftOutFrom = at;
    leftOutTo = at;
    toldTo = at;
  }

  /** The last seq that the client was told. */
  public long seq() {
    return seq;
  }

  /** The client was told messages up to there. */
  public void tell(long last) {
    seq = last;
  }

  /**
   * What follows the last message is lost up to there; that is on its way to the client, and no ack
   * stands for it before {@link #toldOfIt}.
   */
  public void leaveOut(long last) {
    if (seq != leftOutTo) {
      leftOutFrom = seq;
    }
    leftOutTo = last;
    seq = last;
  }

  /** The client was told of all that was left out. */
  public void toldOfIt() {
    toldTo = leftOutTo;
  }

  /** What an ack of {@code acked} stands for. */
  public long counted(long acked) {
    return acked >= leftOutFrom && acked < toldTo ? toldTo : acked;
  }
}
