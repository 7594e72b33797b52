package io.tidegate.cli;

/**
 * Which of stdin, stdout and stderr are a terminal. The script says so in a system property,
 * because Java knows only of all of them together.
 */
public final class Terminal {
  private static final String DESCRIPTORS = System.getProperty("tidegate.tty", "");

  private Terminal() {}

  public static boolean isStdin() {
    return DESCRIPTORS.contains("0");
  }

  public static boolean isStdout() {
    return DESCRIPTORS.contains("1");
  }

  public static boolean isStderr() {
    return DESCRIPTORS.contains("2");
  }
}
