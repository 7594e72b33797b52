package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Curves over two axes as an SVG that takes its colours from {@link PageStyle}. */
final class Plot {
  /** As many colours as {@link PageStyle} has. */
  static final int COLOURS = 8;

  static final int WIDTH = 1440;
  static final int HEIGHT = 580;
  static final int LEFT = 150;
  private static final int RIGHT = 1410;
  private static final int BOTTOM = 510;
  private static final int TOP = 24;

  /** Rows of the names of marks above the plot, each as high. */
  private static final int MAX_ROWS = 3;

  private static final int ROW = 34;
  private static final int LETTER = 15;
  private static final int MAX_MARKS = 40;
  private static final int MAX_MARK_NAME = 24;

  private final Html html;
  private final Scale x;
  private final Scale y;
  private final List<Mark> marks;
  private final int[] rows;
  private final int top;

  private Plot(Html html, Scale x, Scale y, List<Mark> marks) {
    this.html = html;
    this.x = x;
    this.y = y;
    this.marks =
        marks.stream().sorted(Comparator.comparingDouble(Mark::second)).limit(MAX_MARKS).toList();
    this.rows = rows();
    int most = 0;
    for (int row : rows) {
      most = Math.max(most, row);
    }
    this.top = TOP + most * ROW;
  }

  /**
   * @param filled the first curve is drawn as an area
   */
  static void write(
      Html html,
      String title,
      Scale x,
      Scale y,
      List<Curve> curves,
      List<Mark> marks,
      boolean filled) {
    Plot plot = new Plot(html, x, y, marks);
    String id = html.nextId();
    html.raw("<svg viewBox=\"0 0 ").raw(WIDTH).raw(" ").raw(HEIGHT);
    html.raw("\" role=\"img\" aria-labelledby=\"").raw(id).raw("\"><title id=\"").raw(id);
    html.raw("\">").text(title).raw("</title>");
    plot.axes();
    plot.marks();
    for (int i = 0; i < curves.size(); i++) {
      plot.curve(curves.get(i), i % COLOURS, filled && i == 0);
    }
    html.raw("</svg>\n");
  }

  private void axes() {
    for (Scale.Tick tick : y.ticks()) {
      int at = y(tick.at());
      html.raw("<path class=\"g\" d=\"M").raw(LEFT).raw(" ").raw(at).raw("H").raw(RIGHT);
      html.raw("\"/><text class=\"e\" x=\"").raw(LEFT - 14).raw("\" y=\"").raw(at + 9);
      html.raw("\">").text(tick.label()).raw("</text>");
    }
    List<Scale.Tick> ticks = x.ticks();
    for (int i = 0; i < ticks.size(); i++) {
      int at = x(ticks.get(i).at());
      html.raw("<path class=\"g\" d=\"M").raw(at).raw(" ").raw(BOTTOM).raw("v10\"/>");
      html.raw("<text class=\"").raw(at > RIGHT - 60 ? "e" : "c").raw(i % 2 == 1 ? " o" : "");
      html.raw("\" x=\"").raw(at > RIGHT - 60 ? Math.min(WIDTH, at + 30) : at);
      html.raw("\" y=\"").raw(BOTTOM + 48).raw("\">").text(ticks.get(i).label()).raw("</text>");
    }
  }

  private void marks() {
    for (int i = 0; i < marks.size(); i++) {
      int at = x(x.at(marks.get(i).second()));
      String name = Plain.line(marks.get(i).name(), MAX_MARK_NAME);
      html.raw("<g class=\"m\"><title>").text(name).raw("</title><path d=\"M").raw(at).raw(" ");
      html.raw(rows[i] == 0 ? top : TOP + (rows[i] - 1) * ROW).raw("V").raw(BOTTOM).raw("\"/>");
      if (rows[i] > 0) {
        html.raw("<text x=\"").raw(at + 8).raw("\" y=\"").raw(TOP + (rows[i] - 1) * ROW + 22);
        html.raw("\">").text(name).raw("</text>");
      }
      html.raw("</g>");
    }
  }

  /** For each mark the row of its name, from 1; 0 where there is no room for it. */
  private int[] rows() {
    int[] rows = new int[marks.size()];
    int[] taken = new int[MAX_ROWS];
    for (int i = 0; i < rows.length; i++) {
      int at = x(x.at(marks.get(i).second()));
      int end = at + 24 + LETTER * Math.min(MAX_MARK_NAME, marks.get(i).name().length());
      for (int row = 0; row < MAX_ROWS && rows[i] == 0 && end < WIDTH; row++) {
        if (taken[row] <= at) {
          taken[row] = end;
          rows[i] = row + 1;
        }
      }
    }
    return rows;
  }

  private void curve(Curve curve, int colour, boolean filled) {
    for (List<int[]> piece : pieces(curve)) {
      int[] last = piece.getFirst();
      html.raw("<path class=\"").raw(filled ? "a a" : "l l").raw(colour).raw("\" d=\"M");
      html.raw(last[0]).raw(" ").raw(last[1]).raw(piece.size() == 1 ? "h0" : "l");
      for (int i = 1; i < piece.size(); i++) {
        int[] point = piece.get(i);
        html.raw(i == 1 ? "" : " ").raw(point[0] - last[0]);
        html.raw(point[1] < last[1] ? "" : " ").raw(point[1] - last[1]);
        last = point;
      }
      if (filled) {
        html.raw("V").raw(BOTTOM).raw("H").raw(piece.getFirst()[0]).raw("z");
      }
      html.raw("\"/>");
    }
  }

  /** The unbroken parts of a curve, without points in the midst of what is level. */
  private List<List<int[]>> pieces(Curve curve) {
    List<List<int[]>> pieces = new ArrayList<>();
    boolean broken = true;
    for (int i = 0; i < curve.xs().length; i++) {
      if (Double.isNaN(curve.ys()[i])) {
        broken = true;
        continue;
      }
      if (broken) {
        pieces.add(new ArrayList<>());
        broken = false;
      }
      List<int[]> piece = pieces.getLast();
      int[] point = {x(x.at(curve.xs()[i])), y(y.at(curve.ys()[i]))};
      int size = piece.size();
      if (size > 1 && piece.get(size - 1)[1] == point[1] && piece.get(size - 2)[1] == point[1]) {
        piece.removeLast();
      }
      piece.add(point);
    }
    return pieces;
  }

  private int x(double part) {
    return (int) Math.round(LEFT + part * (RIGHT - LEFT));
  }

  private int y(double part) {
    return (int) Math.round(BOTTOM - Math.min(1, part) * (BOTTOM - top));
  }
}
