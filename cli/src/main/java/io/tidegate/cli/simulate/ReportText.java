package io.tidegate.cli.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A report of a simulation for people: two columns, the difference, and the delays as bars. */
final class ReportText {
  private static final int BAR = 20;

  private final JsonNode report;
  private final JsonNode current;
  private final JsonNode candidate;
  private final List<String> lines = new ArrayList<>();

  private ReportText(JsonNode report) {
    this.report = report;
    this.current = report.path("current").path("result");
    this.candidate = report.path("candidate").path("result");
  }

  /**
   * @param report as fan-out answers
   */
  static List<String> lines(JsonNode report) {
    ReportText text = new ReportText(report);
    text.head();
    if (number(report, "messages") == 0) {
      text.lines.add("no message of the range is for a user who would have this policy");
      return text.lines;
    }
    text.counts();
    text.delays();
    text.histogram();
    return text.lines;
  }

  private void head() {
    String name = report.path("name").asString("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %s to %s: %,d %s to %,d %s",
            name,
            report.path("from").asString(""),
            report.path("to").asString(""),
            number(report, "messages"),
            number(report, "messages") == 1 ? "message" : "messages",
            number(report, "users"),
            number(report, "users") == 1 ? "user" : "users"));
    JsonNode holds = report.path("current");
    String current = holds.path("name").asString("");
    long version = number(holds, "version");
    lines.add(
        "current is "
            + current
            + (version < 0 ? "" : ", version " + version)
            + (current.equals(name) ? "" : ": there is no policy " + name));
    JsonNode cut = report.path("cut_short");
    if (cut.isObject()) {
      String at = cut.path("at").asString("");
      lines.add(
          "cut short by "
              + cut.path("by").asString("")
              + (at.isEmpty() ? "" : " at " + at)
              + ": "
              + cut.path("detail").asString(""));
    }
    if (!report.path("settings").path("complete").asBoolean(true)) {
      lines.add("not all users' settings could be kept: some users count as without");
    }
    List<String> skipped = new ArrayList<>();
    report
        .path("skipped")
        .forEachEntry(
            (what, count) -> {
              if (count.asLong(0) > 0) {
                skipped.add(
                    String.format(Locale.ROOT, "%,d %s", count.asLong(0), what.replace('_', ' ')));
              }
            });
    if (!skipped.isEmpty()) {
      lines.add("not played: " + String.join(", ", skipped));
    }
    lines.add("");
  }

  private void counts() {
    lines.add(String.format(Locale.ROOT, "%-32s %12s %12s", "", "current", "candidate"));
    row("delivered at once", "at_once");
    row("delivered later", "delayed");
    for (String outcome : List.of("collapsed", "dropped", "expired")) {
      row(outcome, outcome);
      for (String why : reasons(outcome)) {
        row("  " + why, because(current, outcome, why), because(candidate, outcome, why));
      }
    }
    row("still waiting", "waiting");
    row("pushes", "pushes");
    row("most pushes to one user", busiest(current), busiest(candidate));
    if (number(current, "faults") + number(candidate, "faults") > 0) {
      row("users whose settings don't fit", "faults");
    }
    lines.add("");
  }

  private void row(String title, String field) {
    row(title, number(current, field), number(candidate, field));
  }

  private void row(String title, long before, long after) {
    String difference = before == after ? "" : String.format(Locale.ROOT, "%+,d", after - before);
    lines.add(
        String.format(Locale.ROOT, "%-32s %,12d %,12d %12s", title, before, after, difference)
            .stripTrailing());
  }

  private static long busiest(JsonNode result) {
    return number(result.path("busiest"), "pushes");
  }

  private Set<String> reasons(String outcome) {
    Set<String> reasons = new LinkedHashSet<>();
    for (JsonNode result : List.of(current, candidate)) {
      for (JsonNode ending : result.path("endings")) {
        if (ending.path("outcome").asString("").equals(outcome)) {
          reasons.add(why(ending));
        }
      }
    }
    return reasons;
  }

  private static long because(JsonNode result, String outcome, String why) {
    long sum = 0;
    for (JsonNode ending : result.path("endings")) {
      if (ending.path("outcome").asString("").equals(outcome) && why(ending).equals(why)) {
        sum += number(ending, "messages");
      }
    }
    return sum;
  }

  private static String why(JsonNode ending) {
    String rule = ending.path("rule").asString("");
    return rule.isEmpty() ? ending.path("reason").asString("") : "rule " + rule;
  }

  private void delays() {
    lines.add("delay of what was delivered");
    for (String field : List.of("p50", "p90", "p99", "max")) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-32s %12s %12s",
              "  " + (field.equals("max") ? "longest" : field),
              delay(current, field),
              delay(candidate, field)));
    }
    lines.add("");
  }

  private static String delay(JsonNode result, String field) {
    return time(Duration.ofMillis(number(result.path("delay"), field + "_millis")));
  }

  private void histogram() {
    JsonNode before = current.path("delay").path("histogram");
    JsonNode after = candidate.path("delay").path("histogram");
    long most = 1;
    for (JsonNode histogram : List.of(before, after)) {
      for (JsonNode bucket : histogram) {
        most = Math.max(most, number(bucket, "messages"));
      }
    }
    lines.add(
        String.format(
            Locale.ROOT, "%-12s %12s %-" + BAR + "s %12s", "delay", "current", "", "candidate"));
    for (int i = 0; i < after.size(); i++) {
      String bound = after.path(i).path("up_to").asString("");
      String title = bound.isEmpty() ? "more" : "to " + time(Duration.parse(bound));
      long one = number(before.path(i), "messages");
      long other = number(after.path(i), "messages");
      lines.add(
          String.format(
                  Locale.ROOT,
                  "%-12s %,12d %-" + BAR + "s %,12d %s",
                  title,
                  one,
                  bar(one, most),
                  other,
                  bar(other, most))
              .stripTrailing());
    }
  }

  /** Something is there wherever there is something. */
  private static String bar(long count, long most) {
    return "#".repeat((int) Math.ceilDiv(count * BAR, most));
  }

  /** In its two largest units. */
  private static String time(Duration time) {
    if (time.toSeconds() < 1) {
      return time.toMillis() + " ms";
    }
    if (time.toMinutes() < 1) {
      return trimmed(time.toMillis() / 1e3) + " s";
    }
    if (time.toHours() < 1) {
      return pair(time.toMinutes(), "min", time.toSecondsPart(), "s");
    }
    if (time.toDays() < 1) {
      return pair(time.toHours(), "h", time.toMinutesPart(), "min");
    }
    return pair(time.toDays(), "d", time.toHoursPart(), "h");
  }

  private static String trimmed(double seconds) {
    String text = String.format(Locale.ROOT, "%.1f", seconds);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String pair(long large, String unit, int small, String smallUnit) {
    return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }

  private static long number(JsonNode node, String field) {
    return node.path(field).asLong(0);
  }
}
