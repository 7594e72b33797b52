package io.tidegate.client.rule;

/** What came is not of the protocol, or not for now. */
public final class FrameException extends Exception {
  private static final long serialVersionUID = 1;

  public FrameException(String reason) {
    super(reason);
  }
}
