package io.tidegate.fanout.record;

/** A record cannot be handled and will not be better the next time: it becomes a dead letter. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DeadLetterCause rejection;

  /**
   * @param detail names the attribute and the reason
   */
  public RejectedException(DeadLetterCause rejection, String detail) {
    // Bad input is counted, not traced: a stack trace each would make it an attack.
    super(detail, null, false, false);
    this.rejection = rejection;
  }

  public DeadLetterCause rejection() {
    return rejection;
  }
}
