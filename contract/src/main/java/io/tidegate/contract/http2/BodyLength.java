package io.tidegate.contract.http2;

/** Holds what comes of a body to the length that its head announced (RFC 9113, 8.1.1). */
public final class BodyLength {
  private final long announced;
  private long received;

  /**
   * @param announced bytes, or {@link RequestHead#CHUNKED}
   */
  public BodyLength(long announced) {
    this.announced = announced;
  }

  /**
   * So many bytes more have come.
   *
   * @throws MalformedException if they are more than were announced
   */
  public void add(int bytes) throws MalformedException {
    received += bytes;
    if (isAnnounced() && received > announced) {
      throw new MalformedException("the body is longer than its content-length");
    }
  }

  /**
   * The body has ended.
   *
   * @throws MalformedException if there was less than was announced
   */
  public void end() throws MalformedException {
    if (isAnnounced() && received < announced) {
      throw new MalformedException("the body is shorter than its content-length");
    }
  }

  public boolean isAnnounced() {
    return announced != RequestHead.CHUNKED;
  }

  /** Bytes that have come. */
  public long received() {
    return received;
  }

  /** Whether as much has come as was announced. */
  public boolean isReached() {
    return received == announced;
  }
}
