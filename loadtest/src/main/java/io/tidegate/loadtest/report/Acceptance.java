package io.tidegate.loadtest.report;

import java.util.Set;

/** What acceptances are called among the answers of a report. */
public final class Acceptance {
  /** The HTTP status of a message that was a request of its own. */
  public static final String REQUEST = "202";

  /**
   * Of a line, by its result in an answer 200; what was refused there has its own status behind.
   */
  public static final String LINE = Acceptance.inLines("accepted");

  /** By Kafka itself. */
  public static final String RECORD = "acknowledged";

  private static final Set<String> ALL = Set.of(REQUEST, LINE, RECORD);

  private Acceptance() {}

  public static boolean is(String answer) {
    return ALL.contains(answer);
  }

  /** What the result of a line among others is called. */
  public static String inLines(String result) {
    return "200: " + result;
  }
}
