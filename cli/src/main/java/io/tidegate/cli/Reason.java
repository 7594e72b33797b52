package io.tidegate.cli;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The one line that tells a person why something failed. */
public final class Reason {
  private Reason() {}

  /** The first line of what the innermost cause says. */
  public static String of(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof ClosedChannelException || root instanceof ConnectException) {
      return "connection refused";
    }
    if (root instanceof NoSuchFileException) {
      return "no such file";
    }
    if (root instanceof AccessDeniedException) {
      return "permission denied";
    }
    String message = root.getMessage();
    if (message == null || message.isBlank()) {
      return root.getClass().getSimpleName();
    }
    if (root instanceof UnknownHostException) {
      return "unknown host " + message;
    }
    return message.lines().findFirst().orElse(message);
  }
}
