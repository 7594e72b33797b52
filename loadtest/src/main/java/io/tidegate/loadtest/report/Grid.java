package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table: the first column names the row and stands left; in the others figures stand right, and
 * words left.
 *
 * @param head one for each column
 * @param rows each with as many cells as the head
 */
record Grid(String caption, List<String> head, List<List<String>> rows, boolean words) {
  private static final String GAP = "  ";
  private static final int LEAST_NAME = 12;

  Grid {
    head = List.copyOf(head);
    rows = List.copyOf(rows);
  }

  /** A table of figures. */
  Grid(String caption, List<String> head, List<List<String>> rows) {
    this(caption, head, rows, false);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Lines of at most {@code width} characters, the caption first; the names are cut when there is
   * no room for them.
   */
  List<String> lines(int width) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>();
    lines.add(line(head, widths, caption, words));
    for (List<String> row : rows) {
      lines.add(line(row, widths, GAP + row.getFirst(), words));
    }
    return lines;
  }

  private int[] widths(int width) {
    int[] widths = new int[head.size()];
    widths[0] = caption.length();
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(widths[column], length(head.get(column)));
      for (List<String> row : rows) {
        widths[column] =
            Math.max(widths[column], length(row.get(column)) + (column == 0 ? GAP.length() : 0));
      }
    }
    int others = 0;
    for (int column = 1; column < widths.length; column++) {
      others += GAP.length() + widths[column];
    }
    widths[0] = Math.max(LEAST_NAME, Math.min(widths[0], width - others));
    return widths;
  }

  private static String line(List<String> cells, int[] widths, String name, boolean words) {
    StringBuilder line = new StringBuilder(Plain.line(name, widths[0]));
    line.repeat(' ', widths[0] - length(line));
    for (int column = 1; column < widths.length; column++) {
      String cell = cells.get(column);
      int room = widths[column] - length(cell);
      line.append(GAP).repeat(' ', words ? 0 : room).append(cell).repeat(' ', words ? room : 0);
    }
    return line.toString().stripTrailing();
  }

  private static int length(CharSequence text) {
    return (int) text.codePoints().count();
  }
}
