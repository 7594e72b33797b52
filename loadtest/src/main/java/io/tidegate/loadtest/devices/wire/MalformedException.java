package io.tidegate.loadtest.devices.wire;

/** What came is not of the protocol. Without a stack trace: many devices may be told the same. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedException(String message) {
    super(message, null, false, false);
  }
}
