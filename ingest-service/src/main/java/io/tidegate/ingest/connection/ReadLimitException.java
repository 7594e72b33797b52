package io.tidegate.ingest.connection;

/** A body was not read to its end because a limit was reached. */
public final class ReadLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Which limit. */
  public enum Limit {
    /** The body is larger than this kind of request may have. */
    SIZE,
    /** There is no room for more bytes in memory now. */
    MEMORY
  }

  private final Limit limit;

  ReadLimitException(Limit limit) {
    super(limit.name(), null, false, false);
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }
}
