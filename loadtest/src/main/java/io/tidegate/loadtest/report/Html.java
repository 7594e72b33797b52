package io.tidegate.loadtest.report;

import java.util.List;
import java.util.Map;

/** HTML that is being written. Only what this project wrote itself may go in as markup. */
final class Html {
  private final StringBuilder out = new StringBuilder(1 << 17);
  private int ids;

  /** Markup of ours. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  Html raw(int number) {
    out.append(number);
    return this;
  }

  /** Anyone's text, on one line; safe in an element and in a quoted attribute. */
  Html text(String text) {
    return escaped(Plain.line(text, Integer.MAX_VALUE - 1));
  }

  /** Anyone's text with its line feeds. */
  Html block(String text) {
    return escaped(Plain.block(text));
  }

  private Html escaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return this;
  }

  /** A name that no other element of the page has. */
  String nextId() {
    ids++;
    return "i" + ids;
  }

  /** Nothing if it has no rows. End tags that HTML does not ask for are left out. */
  Html table(Grid grid) {
    return bars(grid, List.of());
  }

  /**
   * A table with a bar at the end of each row.
   *
   * @param counts what the bars show, of each row
   */
  Html bars(Grid grid, List<Map.Entry<String, Long>> counts) {
    if (grid.isEmpty()) {
      return this;
    }
    raw(grid.words() ? "<div class=\"wide words\">" : "<div class=\"wide\">");
    raw("<table><caption>").text(grid.caption()).raw("</caption><thead><tr>");
    for (String head : grid.head()) {
      raw("<th scope=\"col\">").text(head);
    }
    raw(counts.isEmpty() ? "<tbody>" : "<td><tbody>");
    long most = counts.stream().mapToLong(Map.Entry::getValue).max().orElse(0);
    for (int i = 0; i < grid.rows().size(); i++) {
      List<String> row = grid.rows().get(i);
      raw("\n<tr><th scope=\"row\">").text(row.getFirst());
      for (String cell : row.subList(1, row.size())) {
        raw("<td>").text(cell);
      }
      if (!counts.isEmpty()) {
        raw("<td class=\"bar\"><i style=\"width:");
        raw((int) Math.round(100.0 * counts.get(i).getValue() / Math.max(1, most))).raw("%\"></i>");
      }
    }
    return raw("</table></div>\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
