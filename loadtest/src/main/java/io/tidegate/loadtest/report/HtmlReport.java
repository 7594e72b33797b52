package io.tidegate.loadtest.report;

import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A report as one HTML file that needs no network and no script. What is not of this project, such
 * as names and what a server said, is escaped.
 */
public final class HtmlReport {
  private static final int MAX_EXAMPLES = 10;
  private static final int MAX_EXAMPLE = 500;
  private static final int MAX_LINES = 200;

  private final Html html = new Html();
  private final Report report;

  private HtmlReport(Report report) {
    this.report = report;
  }

  public static void write(Report report, Appendable out) throws IOException {
    HtmlReport page = new HtmlReport(report);
    begin(page.html, report.name());
    page.head();
    page.figures();
    page.plots();
    page.run();
    end(page.html);
    out.append(page.html.toString());
  }

  /** All up to the content of the page. */
  static void begin(Html html, String title) {
    html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"");
    html.text(PageStyle.POLICY).raw("\">");
    html.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    html.raw("<title>").text(title).raw("</title>\n<style>\n").raw(PageStyle.CSS);
    html.raw("</style></head><body>\n");
  }

  static void end(Html html) {
    html.raw("</body></html>\n");
  }

  private void head() {
    html.raw("<header><h1>").text(report.name()).raw("</h1><p class=\"faint\">");
    html.text(report.settings().url()).raw(", ").raw(report.seconds()).raw(" s from ");
    html.text(report.start().truncatedTo(ChronoUnit.SECONDS).toString()).raw("</p></header>\n");
    html.raw("<main><p class=\"verdict ").raw(report.passed() ? "pass" : "fail").raw("\">");
    html.text(Summary.verdict(report)).raw("</p>\n");
    for (String line : report.verdict().stream().limit(MAX_LINES).toList()) {
      html.raw("<p>").text(line).raw("</p>\n");
    }
    for (String warning : Warnings.of(report)) {
      html.raw("<p class=\"warn\" role=\"note\">").text(warning).raw("</p>\n");
    }
    report.violations().forEach(this::violation);
  }

  private void violation(String kind, Violation violation) {
    if (violation.count() == 0) {
      return;
    }
    html.raw("<p class=\"fail\">").text(kind).raw(": ");
    html.text(Unit.COUNT.text(violation.count())).raw("</p>\n<ul>");
    for (String example : violation.examples().stream().limit(MAX_EXAMPLES).toList()) {
      html.raw("<li>").text(Plain.line(example, MAX_EXAMPLE));
    }
    html.raw("</ul>\n");
  }

  private void figures() {
    section("Figures");
    html.raw("<div class=\"tables\">").table(Tables.messages(report));
    html.raw("<div>").table(Tables.devices(report)).raw("</div>");
    html.raw("</div>").table(Tables.latencies(report));
    html.raw("<div class=\"tables\">");
    html.bars(Tables.answers(report), Tables.highest(report.answers()));
    html.bars(Tables.disconnects(report), Tables.highest(report.disconnects()));
    html.bars(Tables.ackFailures(report), Tables.highest(report.ackFailures()));
    html.raw("</div>").table(Tables.processes(report)).table(Tables.gauges(report));
    html.table(Tables.generators(report));
    html.table(Tables.capacity(report));
  }

  private void plots() {
    Figures figures = new Figures(html, PlotData.seconds(report), report.marks());
    section("Messages and connections");
    html.raw("<div class=\"grid\">\n");
    figures.counts("Messages a second", Unit.COUNT, PlotData.messages(report), true);
    figures.counts("Devices connected", Unit.COUNT, PlotData.connected(report), true);
    html.raw("</div>\n");
    section("Latency");
    html.raw("<div class=\"grid\">\n");
    figures.distributions("Latency by percentile", PlotData.distributions(report));
    report
        .latencies()
        .forEach(
            (name, latency) ->
                figures.times(Tables.title(name), PlotData.percentiles(report, latency)));
    html.raw("</div>\n");
    if (report.processes().isEmpty()) {
      return;
    }
    section("Processes");
    html.raw("<div class=\"grid\">\n");
    PlotData.gauges(report).forEach(g -> figures.counts(g.title(), g.unit(), g.curves(), false));
    html.raw("</div>\n");
  }

  private void run() {
    section("The run");
    List<List<String>> settings = new ArrayList<>();
    settings.add(List.of("url", report.settings().url()));
    report.settings().options().forEach((name, value) -> settings.add(List.of(name, value)));
    List<List<String>> versions = new ArrayList<>();
    for (Generator generator : report.generators()) {
      String jdk = ", JDK " + generator.jdk();
      List<String> row = List.of("generator " + generator.host(), generator.version() + jdk);
      if (!versions.contains(row)) {
        versions.add(row);
      }
    }
    Tables.processNames(report.processes())
        .forEach((process, name) -> versions.add(List.of(name, process.version())));
    List<List<String>> marks = new ArrayList<>();
    for (Mark mark : report.marks().stream().limit(MAX_LINES).toList()) {
      marks.add(List.of(mark.name(), Scale.Time.label((int) mark.second())));
    }
    html.raw("<div class=\"tables\">");
    html.table(new Grid("Settings", List.of("", "value"), settings, true));
    html.table(new Grid("Versions", List.of("", "version"), versions, true));
    html.table(new Grid("Marks", List.of("", "from the start"), marks, true));
    html.raw("</div>\n");
    for (ProcessFacts facts : List.of(ProcessFacts.RUNTIME, ProcessFacts.SETTINGS)) {
      if (facts.areTold(report)) {
        html.raw("<details><summary>").text(facts.caption()).raw("</summary>");
        html.table(facts.table(report)).raw("</details>\n");
      }
    }
    html.raw("<h3>Profile</h3><pre>").block(report.profile()).raw("</pre></main>\n");
  }

  private void section(String title) {
    html.raw("<h2>").text(title).raw("</h2>\n");
  }
}
