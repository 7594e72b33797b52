package io.tidegate.contract.http2;

/** A request that RFC 9113, 8.1.1, calls malformed: the stream is to be reset. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names what is wrong, never a value
   */
  public MalformedException(String message) {
    super(message, null, false, false);
  }
}
