package io.tidegate.loadtest.run;

/** A run that cannot begin or go on; the message says what is missing and where. */
public class LoadTestException extends Exception {
  private static final long serialVersionUID = 1;

  public LoadTestException(String message) {
    super(message);
  }

  public LoadTestException(String message, Throwable cause) {
    super(message, cause);
  }
}
