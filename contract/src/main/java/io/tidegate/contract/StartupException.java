package io.tidegate.contract;

/** A service can't start for a reason that its operator can mend; the message is one clear line. */
public final class StartupException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartupException(String line) {
    super(line);
  }

  public StartupException(String line, Throwable cause) {
    super(line, cause);
  }
}
