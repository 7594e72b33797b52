package io.tidegate.loadtest.report;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A report as a text for people, at most {@value #WIDTH} characters wide. */
public final class Summary {
  public static final int WIDTH = 100;
  private static final int MAX_EXAMPLES = 3;
  private static final int MAX_LINES = 50;
  private static final int MAX_TEXT = 600;

  private final Report report;
  private final List<String> lines = new ArrayList<>();

  private Summary(Report report) {
    this.report = report;
  }

  /** Lines that each end with a line feed. */
  public static String of(Report report) {
    Summary summary = new Summary(report);
    summary.head();
    summary.tables();
    summary.end();
    return String.join("\n", summary.lines) + "\n";
  }

  private void head() {
    line(report.name());
    line(
        "%s, %d s from %s"
            .formatted(
                Plain.line(report.settings().url(), WIDTH),
                report.seconds(),
                report.start().truncatedTo(ChronoUnit.SECONDS)));
  }

  private void tables() {
    Stream.of(
            Tables.messages(report),
            Tables.devices(report),
            Tables.latencies(report),
            Tables.answers(report),
            Tables.disconnects(report),
            Tables.ackFailures(report),
            Tables.processes(report),
            Tables.gauges(report),
            Tables.generators(report),
            Tables.capacity(report))
        .filter(grid -> !grid.isEmpty())
        .forEach(this::table);
  }

  private void table(Grid grid) {
    lines.add("");
    lines.addAll(grid.lines(WIDTH));
  }

  private void end() {
    lines.add("");
    for (String warning : Warnings.of(report)) {
      wrapped("WARNING: " + warning, "  ");
    }
    line(verdict(report));
    report.violations().forEach(this::violation);
    report.verdict().stream().limit(MAX_LINES).forEach(text -> wrapped("  " + text, "    "));
  }

  private void violation(String kind, Violation violation) {
    if (violation.count() > 0) {
      line("  %s: %s".formatted(kind, Unit.COUNT.text(violation.count())));
      violation.examples().stream()
          .limit(MAX_EXAMPLES)
          .forEach(example -> wrapped("    as " + example, "       "));
    }
  }

  /** One line. */
  static String verdict(Report report) {
    Totals totals = report.totals();
    if (!report.passed()) {
      long kinds = report.violations().values().stream().filter(found -> found.count() > 0).count();
      return "FAILED: " + (kinds == 1 ? "one kind" : kinds + " kinds") + " of violation";
    }
    return "PASSED: accepted %s, expected %s, shown %s, acked %s; no violation"
        .formatted(
            Unit.COUNT.text(totals.accepted()),
            Unit.COUNT.text(totals.expected()),
            Unit.COUNT.text(totals.shown()),
            Unit.COUNT.text(totals.acked()));
  }

  private void wrapped(String text, String indent) {
    lines.addAll(wrap(text, indent));
  }

  /** Lines of at most {@link #WIDTH}, broken between words; those after the first are indented. */
  static List<String> wrap(String text, String indent) {
    List<String> lines = new ArrayList<>();
    String rest = Plain.line(text, MAX_TEXT);
    while (rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      int most = Character.isLowSurrogate(rest.charAt(WIDTH)) ? WIDTH - 1 : WIDTH;
      int end = space > WIDTH / 2 ? space : most;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = indent + rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  private void line(String text) {
    lines.add(Plain.line(text, WIDTH));
  }
}
