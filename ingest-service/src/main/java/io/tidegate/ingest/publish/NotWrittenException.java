package io.tidegate.ingest.publish;

/** Kafka has not said that it has a record; it may have it all the same. */
public final class NotWrittenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Throwable reason;

  NotWrittenException(Throwable reason) {
    super(reason);
    this.reason = reason;
  }

  public Throwable reason() {
    return reason;
  }
}
