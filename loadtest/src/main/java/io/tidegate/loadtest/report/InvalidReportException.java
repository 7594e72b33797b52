package io.tidegate.loadtest.report;

/** A report that cannot be read, or does not go with others. The message names the file and why. */
public final class InvalidReportException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARS = 300;

  InvalidReportException(String file, String reason) {
    super(Plain.line(file, MAX_CHARS) + ": " + Plain.line(reason, MAX_CHARS));
  }
}
