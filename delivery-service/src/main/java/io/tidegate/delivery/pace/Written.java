package io.tidegate.delivery.pace;

/**
 * How far a client has been told, where that is not as far as the worker has been. What was left
 * out in the end counts as acked with what came before it: nobody else would ever ack it.
 */
public final class Written {
  private long seq;
  private long leftOutFrom;
  private long leftOutTo;

  /** The session begins there. */
  public void begin(long at) {
    seq = at;
    leftOutFrom = at;
    leftOutTo = at;
  }

  /** The last seq that the client was told. */
  public long seq() {
    return seq;
  }

  /** The client was told messages up to there. */
  public void tell(long last) {
    seq = last;
  }

  /** The client was told that what follows the last message is lost up to there. */
  public void leaveOut(long last) {
    leftOutFrom = seq;
    leftOutTo = last;
    seq = last;
  }

  /** What an ack of {@code acked} stands for. */
  public long counted(long acked) {
    return acked >= leftOutFrom && acked < leftOutTo ? leftOutTo : acked;
  }
}
