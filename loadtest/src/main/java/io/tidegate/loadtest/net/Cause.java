package io.tidegate.loadtest.net;

import io.tidegate.contract.LineText;
import org.jspecify.annotations.Nullable;

/** Why a connection failed, for people. */
public final class Cause {
  /** Causes may be a circle. */
  private static final int MOST = 20;

  private Cause() {}

  /** A short line: what the innermost cause says that says anything. */
  public static String of(Throwable failure) {
    String said = failure.getClass().getSimpleName();
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST; depth++) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        said = message;
      }
      cause = cause.getCause();
    }
    return LineText.quotable(said);
  }
}
