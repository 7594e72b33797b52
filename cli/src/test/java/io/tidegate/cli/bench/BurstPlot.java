package io.tidegate.cli.bench;

import java.util.List;

/**
 * Two charts over the same seconds as one SVG that needs nothing else: messages a second, offered,
 * accepted and pushed, and pushes a second beside what the limit allows in the long run.
 */
final class BurstPlot {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 620;
  private static final int LEFT = 90;
  private static final int RIGHT = 930;
  private static final String INK = "#1f2937";
  private static final String FAINT = "#6b7280";
  private static final String GRID = "#e5e7eb";

  private final StringBuilder svg = new StringBuilder();
  private final int seconds;
  private final int xStep;

  /** A curve. */
  record Line(String name, Timeline timeline, String colour, boolean filled) {}

  private BurstPlot(int seconds) {
    this.xStep = (int) step(seconds, 10);
    this.seconds = Math.max(1, Math.ceilDiv(seconds, xStep)) * xStep;
  }

  static String of(BurstLedger ledger, BurstRule rule, BurstTimes times) {
    String title =
        "%,d messages to %,d users in one burst".formatted(ledger.messages(), ledger.users());
    String subtitle =
        "each user at most %d pushes in %s, %d at once, of up to %d messages"
            .formatted(rule.limit(), rule.window(), rule.burst(), rule.batch());
    BurstPlot plot = new BurstPlot(times.seconds());
    plot.add(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " font-family=\"system-ui, sans-serif\" font-size=\"13\">%n")
            .formatted(WIDTH, HEIGHT));
    plot.add(
        "<title>%s</title>%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n"
            .formatted(title));
    plot.text(LEFT, 32, "start", INK, "font-size=\"18\" font-weight=\"600\"", title);
    plot.text(LEFT, 54, "start", FAINT, "", subtitle);
    plot.panel(
        "messages a second",
        92,
        350,
        List.of(
            new Line("offered", times.offered(), "#94a3b8", true),
            new Line("accepted", times.accepted(), "#2563eb", false),
            new Line("pushed", times.pushed(), "#059669", false)),
        0);
    plot.panel(
        "pushes a second",
        412,
        570,
        List.of(new Line("pushes", times.pushes(), "#c2410c", false)),
        ledger.users() * rule.pushesPerSecond());
    plot.text((LEFT + RIGHT) / 2, 606, "middle", FAINT, "", "seconds since the first was offered");
    return plot.svg.append("</svg>\n").toString();
  }

  /**
   * @param ceiling a line across; 0: none
   */
  private void panel(String unit, int top, int bottom, List<Line> lines, double ceiling) {
    double most = ceiling;
    for (Line line : lines) {
      most = Math.max(most, (double) line.timeline.most());
    }
    double step = step(most, 5);
    double height = Math.max(1, Math.ceil(most / step)) * step;
    for (double value = 0; value <= height; value += step) {
      double y = y(value, height, top, bottom);
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n"
              .formatted(LEFT, RIGHT, y, y, value == 0 ? FAINT : GRID));
      text(LEFT - 8, y + 4, "end", FAINT, "", "%,.0f".formatted(value));
    }
    for (int second = 0; second <= seconds; second += xStep) {
      text(x(second), bottom + 18, "middle", FAINT, "", Integer.toString(second));
    }
    text(LEFT, top - 12, "start", INK, "font-weight=\"600\"", unit);
    double legend = LEFT + 190;
    for (Line line : lines) {
      curve(line, height, top, bottom);
      legend = legend(legend, top - 16, line.colour, "", line.name);
    }
    if (ceiling > 0) {
      double y = y(ceiling, height, top, bottom);
      String dashes = "stroke-dasharray=\"6 4\"";
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" %s/>%n"
              .formatted(LEFT, RIGHT, y, y, INK, dashes));
      legend(legend, top - 16, INK, dashes, "all users at their limit, %,.0f/s".formatted(ceiling));
    }
  }

  /** Each count stands in the middle of its second. */
  private void curve(Line line, double height, int top, int bottom) {
    StringBuilder points = new StringBuilder();
    int last = Math.min(seconds, line.timeline.seconds() + 1);
    point(points, x(0), y((double) line.timeline.inSecond(0), height, top, bottom));
    for (int second = 0; second < last; second++) {
      double y = y((double) line.timeline.inSecond(second), height, top, bottom);
      point(points, x(second + 0.5), y);
    }
    if (line.filled) {
      add(
          "<polygon fill=\"%s\" fill-opacity=\"0.35\" points=\"%.1f,%d %s%.1f,%d\"/>%n"
              .formatted(line.colour, x(0), bottom, points, x(last - 0.5), bottom));
    } else {
      add(
          ("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\""
                  + " points=\"%s\"/>%n")
              .formatted(line.colour, points.toString().strip()));
    }
  }

  private static void point(StringBuilder points, double x, double y) {
    points.append("%.1f,%.1f ".formatted(x, y));
  }

  private double legend(double x, double y, String colour, String attributes, String name) {
    add(
        ("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"3\""
                + " %s/>%n")
            .formatted(x, x + 24, y, y, colour, attributes));
    text(x + 30, y + 4, "start", INK, "", name);
    return x + 60 + 7.5 * name.length();
  }

  private void text(
      double x, double y, String anchor, String colour, String attributes, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" %s>%s</text>%n"
            .formatted(x, y, anchor, colour, attributes, text));
  }

  private void add(String element) {
    svg.append(element);
  }

  private double x(double second) {
    return LEFT + (RIGHT - LEFT) * second / seconds;
  }

  private static double y(double value, double height, int top, int bottom) {
    return bottom - (bottom - top) * value / height;
  }

  /** 1, 2 or 5 times a power of ten, so that about {@code parts} of it make {@code whole}. */
  private static double step(double whole, int parts) {
    double least = Math.max(1, whole / parts);
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int times : new int[] {1, 2, 5}) {
      if (times * power >= least) {
        return times * power;
      }
    }
    return 10 * power;
  }
}
