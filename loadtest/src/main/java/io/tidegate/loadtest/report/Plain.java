package io.tidegate.loadtest.report;

/**
 * Text of others (names, profiles, what a server said) made fit to be shown: nothing that a
 * terminal or a browser would obey rather than show.
 */
final class Plain {
  private static final char INSTEAD = '\uFFFD';

  private Plain() {}

  /**
   * On one line.
   *
   * @param most characters, at least 1; what is longer ends with an ellipsis
   */
  static String line(String text, int most) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), most));
    int[] points = text.codePoints().limit(most + 1L).toArray();
    int kept = points.length > most ? most - 1 : points.length;
    for (int i = 0; i < kept; i++) {
      line.appendCodePoint(points[i] == '\n' || points[i] == '\t' ? ' ' : shown(points[i]));
    }
    return points.length > most ? line.append('…').toString() : line.toString();
  }

  /** With its line feeds and tabs. */
  static String block(String text) {
    StringBuilder block = new StringBuilder(text.length());
    text.replace("\r\n", "\n")
        .codePoints()
        .forEach(c -> block.appendCodePoint(c == '\n' || c == '\t' ? c : shown(c)));
    return block.toString();
  }

  private static int shown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          INSTEAD;
      default -> point;
    };
  }
}
