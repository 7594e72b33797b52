package io.tidegate.client;

/** What went wrong and is not the end: what is told by {@link TidegateBuilder#onError}. */
public final class TidegateException extends Exception {
  private static final long serialVersionUID = 1;

  private final Source source;

  /** What failed. */
  public enum Source {
    /** The handler of messages: it gets the same again, after 0.5 s at first and 30 s at most. */
    ON_MESSAGE,
    /** The handler of gaps, likewise. */
    ON_MISSED,
    /** The handler of states; it is not told again. */
    ON_STATE,
    /** The store of the cursor: it is asked again. */
    STORE,
    /** What gets tokens: it is asked again. */
    TOKEN,
    /** The client itself, which is a fault of ours. */
    CLIENT
  }

  TidegateException(Source source, Throwable cause) {
    super(source + ": " + cause.getMessage(), cause);
    this.source = source;
  }

  public Source source() {
    return source;
  }
}
