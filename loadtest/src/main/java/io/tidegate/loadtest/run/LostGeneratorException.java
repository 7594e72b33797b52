package io.tidegate.loadtest.run;

/** A generator among others ended, or fell silent, before it had told what it found. */
public final class LostGeneratorException extends LoadTestException {
  private static final long serialVersionUID = 1;

  public LostGeneratorException(String message) {
    super(message);
  }
}
