package io.tidegate.client.link;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What went wrong, in words. */
final class Reasons {
  private Reasons() {}

  /** What a future failed for. */
  static @Nullable Throwable cause(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  static String of(@Nullable Throwable error) {
    Throwable cause = cause(error);
    if (cause == null) {
      return "broken";
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }
}
