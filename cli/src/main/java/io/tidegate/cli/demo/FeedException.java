package io.tidegate.cli.demo;

/** A feed can't be read; the message names the line and the reason. */
public final class FeedException extends Exception {
  private static final long serialVersionUID = 1L;

  FeedException(String line) {
    super(line);
  }

  FeedException(String line, Throwable cause) {
    super(line, cause);
  }
}
