package io.tidegate.delivery.inbox;

/** A record holds nothing that can be obeyed; the message says why. */
public final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String detail) {
    super(detail);
  }

  /** What is wrong with the record. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
