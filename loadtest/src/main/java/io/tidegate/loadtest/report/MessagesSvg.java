package io.tidegate.loadtest.report;

import java.io.IOException;
import java.util.List;

/**
 * Messages offered, accepted, pushed and acked in each second of a run as an SVG that needs nothing
 * else, for other documents.
 */
public final class MessagesSvg {
  /** Below the plot. */
  private static final int LEGEND = 60;

  private static final int LINE = 60;
  private static final int LETTER = 15;

  private MessagesSvg() {}

  public static void write(Report report, Appendable out) throws IOException {
    List<Curve> curves = PlotData.messages(report);
    Html plot = new Html();
    Plot.write(
        plot,
        report.name() + ": messages a second" + PlotData.cut(Unit.COUNT, curves),
        new Scale.Time(PlotData.seconds(report)),
        Scale.Linear.of(PlotData.height(curves), Unit.COUNT),
        curves,
        report.marks(),
        true);
    String svg = plot.toString();
    int body = svg.indexOf("</title>") + "</title>".length();
    int end = svg.lastIndexOf("</svg>");
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(Plot.WIDTH + " " + (Plot.HEIGHT + LEGEND))
        .append(svg, svg.indexOf("\" role="), body)
        .append("\n<style>")
        .append(PageStyle.SVG)
        .append("</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
        .append(svg, body, end)
        .append(legend(curves))
        .append("</svg>\n");
  }

  private static String legend(List<Curve> curves) {
    Html html = new Html();
    int y = Plot.HEIGHT + LEGEND / 2;
    int x = Plot.LEFT;
    String cut = PlotData.cut(Unit.COUNT, curves);
    String first = cut.isEmpty() ? curves.getFirst().name() : cut.strip().replaceAll("[()]", "");
    for (int i = 0; i < curves.size(); i++) {
      String name = i == 0 ? first : curves.get(i).name();
      html.raw("<path class=\"l l").raw(i).raw(i == 0 ? " w" : "").raw("\" d=\"M");
      html.raw(x).raw(" ").raw(y).raw("h").raw(LINE).raw("\"/><text x=\"");
      html.raw(x + LINE + 12).raw("\" y=\"").raw(y + 9).raw("\">").text(name).raw("</text>");
      x += 2 * LINE + LETTER * name.length();
    }
    return html.toString();
  }
}
