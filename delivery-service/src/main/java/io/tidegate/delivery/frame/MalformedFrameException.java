package io.tidegate.delivery.frame;

/** A client's frame that is not acceptable; the message is {@code field: reason}. */
public final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;

  MalformedFrameException(String field, String reason) {
    // No stack trace: it is the client's fault, and clients may do it often.
    super(field + ": " + reason, null, false, false);
    this.field = field;
  }

  public String field() {
    return field;
  }

  /** What to tell the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
